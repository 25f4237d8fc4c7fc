"""What a developer does with a checkout: `make TASK` or, where there is no make, `python3 -m scripts.tasks TASK`.

Each task first sets up what it needs. Further words go to the program that the task runs, from make as ARGS="…".
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from scripts import setup

BIN = setup.VENV / "bin"
# the suite waits for databases, servers and browsers, but with more than two at once tests keep each other waiting
PARALLEL = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
COVERAGE = (*PARALLEL, "--cov=confman", "--cov-branch", "--cov-report=term", "-p", "scripts.coverage_gate")
LOCKS: Mapping[str, Sequence[str]] = {
    "requirements.lock": ("pyproject.toml", "--group", "build"),
    "requirements-dev.lock": ("pyproject.toml", "--extra", "dev", "--group", "build", "-c", "requirements.lock"),
    "requirements-clients.lock": ("--group", "pyproject.toml:clients"),
    "requirements-node.lock": ("--group", "pyproject.toml:node"),
}
LOCK_FLAGS = (
    *("--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),  # so that a lock names no host
)
LEFT_BY_TOOLS = (
    *(".venv", ".venv-clients", ".venv-node", "node_modules", "build", "dist", "test-results"),
    *(".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache", ".coverage"),
)


def become(*command: str | Path) -> None:
    """Hand this process over to the command, so that signals, output and exit code are its own."""
    words = [str(word) for word in command]
    sys.stdout.flush()
    os.chdir(setup.ROOT)
    os.execve(words[0], words, setup.environment())


def demo(args: Sequence[str]) -> None:
    """Run the product on SQLite with demonstration data."""
    setup.service()
    become(BIN / "confman", "demo", *args)


def test(args: Sequence[str]) -> None:
    """Run the whole suite with its two coverage gates; with ARGS only what they name, without the gates."""
    setup.tests()
    os.environ["CONFMAN_REQUIRE_CLIENTS"] = "1"
    become(BIN / "python", "-m", "pytest", *(args or COVERAGE))


def check(args: Sequence[str]) -> None:
    """Lint, formatting, types and import contracts; all four run, whichever fails first."""
    setup.python()
    commands = [("ruff", "check", *args), ("ruff", "format", "--check"), ("mypy",), ("lint-imports",)]
    failed = []
    for name, *words in commands:
        setup.say(" ".join([name, *words]))
        if subprocess.run([BIN / name, *words], cwd=setup.ROOT, check=False).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


def race(args: Sequence[str]) -> None:
    """Run the races at full size on both databases."""
    setup.python()
    os.environ["CONFMAN_RACE_SIZE"] = "full"
    become(BIN / "python", "-m", "pytest", "-m", "race", "tests/races", *args)


def bench(args: Sequence[str]) -> None:
    """Measure the speed."""
    setup.python()
    become(BIN / "python", "-m", "bench", *args)


def browser(args: Sequence[str]) -> None:
    """Run the tests that need a real browser."""
    setup.python()
    if not setup.browser():
        sys.exit(1)
    become(BIN / "python", "-m", "pytest", "tests/browser", *args)


def lock(args: Sequence[str]) -> None:
    """Write the locks anew from pyproject.toml and package.json; ARGS=--upgrade takes the newest versions."""
    setup.python()
    for name, sources in LOCKS.items():
        setup.say(name)
        setup.run(BIN / "uv", "pip", "compile", *LOCK_FLAGS, *args, *sources, "-o", name)
    if not setup.node_on_this_machine():
        setup.tool(setup.VENV_NODE, "requirements-node.lock")
    setup.say("package-lock.json")
    setup.run("npm", "install", "--silent", "--package-lock-only", env=setup.environment())


def clean(_: Sequence[str]) -> None:
    """Remove what the other tasks installed and built; never data."""
    for name in LEFT_BY_TOOLS:
        path = setup.ROOT / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


TASKS: Mapping[str, Callable[[Sequence[str]], None]] = {
    task.__name__: task for task in (demo, test, check, race, bench, browser, lock, clean)
}


def help_text() -> str:
    lines = [f"  make {name:<8} {(task.__doc__ or '').splitlines()[0]}" for name, task in TASKS.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.version_info < setup.OLDEST_PYTHON:
        sys.exit("confman needs Python 3.11 or newer: make PYTHON=python3.11 …")
    task, *rest = sys.argv[1:] or ["help"]
    if task == "help":
        print(help_text())
    elif task in TASKS:
        TASKS[task](rest)
    else:
        sys.exit(f"There is no task '{task}'. There are:\n{help_text()}")
