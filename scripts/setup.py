"""Bring a checkout from nothing to ready, with nothing but Python's standard library.

`python3 -m scripts.setup service` makes .venv from requirements.lock and node_modules: enough to run confman.
`python3 -m scripts.setup python` takes requirements-dev.lock instead: enough to check, measure and race.
`python3 -m scripts.setup tests` adds the calendar programs and the browser that the whole suite uses.

Every download is checked against the hashes in the locks. What is there already and fits the locks is left alone.
The environment of the caller is always passed on: it may name the certificates and mirrors this machine needs.
"""

import ctypes.util
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_CLIENTS = ROOT / ".venv-clients"
VENV_NODE = ROOT / ".venv-node"
CHROMIUM = Path("/usr/bin/chromium")
BROWSER_PACKAGES = ("chromium", "libatomic1")
"""The second is what the program between the tests and the browser is linked to."""
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
"""The major version that the pinned packages ask for."""


def say(text: str) -> None:
    print(f"-- {text}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run in the root of the checkout; a failure ends the set-up and names the command."""
    words = [str(word) for word in command]
    code = subprocess.run(words, cwd=ROOT, env=env, check=False).returncode
    if code != 0:
        sys.exit(f"The set-up stopped: `{' '.join(words)}` ended with {code}.")


def fingerprint(*names: str) -> str:
    """Changes with the content of the named files, the Python that runs this and the place of the checkout.

    The last two because a virtual environment works only with the one and at the other.
    """
    digest = hashlib.sha256(f"{sys.version}\n{ROOT}\n".encode())
    for name in names:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_current(folder: Path, *stamps: str) -> bool:
    stamp = folder / ".confman-setup"
    return stamp.is_file() and stamp.read_text() in stamps


def mark_current(folder: Path, stamp: str) -> None:
    (folder / ".confman-setup").write_text(stamp)


def apt_install(*packages: str) -> bool:
    """Install Debian packages where this process may; True if they are there afterwards."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    say(f"installing {' '.join(packages)} from Debian")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    wait = ("-o", "DPkg::Lock::Timeout=120")
    install = (apt, "install", "-qq", "-y", "--no-install-recommends", *wait, *packages)
    for command in ((apt, "update", "-qq", *wait), install):
        if subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            return False
    return True


def make_venv(folder: Path) -> Path:
    """The Python of a virtual environment with pip in `folder`; one that no longer runs is made anew."""
    python = folder / "bin" / "python"
    if python.exists():
        works = subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False)
        if works.returncode == 0 and str(folder) in works.stdout.decode():
            return python
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        if not apt_install(package):
            sys.exit(f"This Python cannot make virtual environments. Please run: sudo apt-get install -y {package}")
    say(f"making {folder.name}")
    run(sys.executable, "-m", "venv", "--clear", folder)
    return python


def pip_names_an_index(python: Path) -> bool:
    """Whether this machine takes its packages from an index of its own: pip obeys that setting, uv does not know it."""
    found = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    return re.search(r"[.]index-url=", found.stdout) is not None


def uv_beside(python: Path) -> Path | None:
    """uv, four times as fast as pip, installed into the same environment from its own hash-locked lines."""
    if pip_names_an_index(python):
        return None
    lock = (ROOT / "requirements-dev.lock").read_text()
    lines = re.search(r"^uv==.*(?:\n    --hash=.*)+", lock, re.MULTILINE)
    if lines is None:
        return None
    only_uv = python.parent.parent / "only-uv.lock"
    only_uv.write_text(lines.group().rstrip("\\ ") + "\n")
    if subprocess.run(pip_install(python, only_uv), cwd=ROOT, check=False).returncode != 0:
        return None
    return python.parent / "uv"


def pip_install(python: Path, lock: Path) -> list[str]:
    flags = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:", "--no-deps"]
    return [str(python), "-m", "pip", "install", *flags, "-r", str(lock)]


def install(python: Path, lock: Path) -> None:
    """Everything the lock names, with bytecode (without it the first start takes five times as long)."""
    say(f"installing what {lock.name} names")
    uv = uv_beside(python)
    if uv is not None:
        flags = ["--quiet", "--require-hashes", "--only-binary", ":all:", "--compile-bytecode", "--python", str(python)]
        if subprocess.run([uv, "pip", "sync", *flags, str(lock)], cwd=ROOT, check=False).returncode == 0:
            return
        say("uv could not; pip does it, which takes a minute longer")
    run(*pip_install(python, lock))


def project(lock: str, *also_fine: str) -> None:
    """Make .venv hold what `lock` names and the checkout itself; a lock in `also_fine` is as good."""
    stamp = fingerprint(lock, "pyproject.toml")
    if is_current(VENV, stamp, *(fingerprint(other, "pyproject.toml") for other in also_fine)):
        return
    python = make_venv(VENV)
    install(python, ROOT / lock)
    quiet = ("--quiet", "--disable-pip-version-check")
    run(python, "-m", "pip", "install", *quiet, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT)
    mark_current(VENV, stamp)


def tool(folder: Path, lock: str) -> None:
    """A virtual environment of its own for programs that must not share the libraries of confman."""
    stamp = fingerprint(lock)
    if not is_current(folder, stamp):
        install(make_venv(folder), ROOT / lock)
        mark_current(folder, stamp)


def node_on_this_machine() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)", version)
    return major is not None and int(major.group(1)) >= OLDEST_NODE


def environment() -> dict[str, str]:
    """The caller's environment, with our own node found where the machine has none."""
    env = dict(os.environ)
    if (VENV_NODE / "bin" / "node").exists():
        env["PATH"] = os.pathsep.join([str(VENV_NODE / "bin"), env.get("PATH", os.defpath)])
    return env


def javascript() -> None:
    """node_modules as package-lock.json says; no install script of any package runs (.npmrc)."""
    modules = ROOT / "node_modules"
    stamp = fingerprint("package.json", "package-lock.json")
    if not node_on_this_machine():
        tool(VENV_NODE, "requirements-node.lock")
    if not is_current(modules, stamp):
        say("installing what package-lock.json names")
        run("npm", "ci", "--silent", env=environment())
        mark_current(modules, stamp)


def has_browser() -> bool:
    return CHROMIUM.exists() and ctypes.util.find_library("atomic") is not None


def browser() -> bool:
    """Whether there is a Chromium at the end; it is installed from Debian where this process may."""
    if has_browser() or (apt_install(*BROWSER_PACKAGES) and has_browser()):
        return True
    rule = "!" * 80
    remedy = f"Please run: sudo apt-get install -y {' '.join(BROWSER_PACKAGES)}"
    print(f"{rule}\nNO BROWSER: the tests in tests/browser will NOT run. {remedy}\n{rule}", file=sys.stderr)
    return False


def service() -> None:
    project("requirements.lock", "requirements-dev.lock")
    javascript()


def python() -> None:
    project("requirements-dev.lock")
    javascript()


def tests() -> None:
    python()
    tool(VENV_CLIENTS, "requirements-clients.lock")
    if any((ROOT / "tests" / "browser").glob("test_*.py")):
        browser()


if __name__ == "__main__":
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("confman needs Python 3.11 or newer: make PYTHON=python3.11 …")
    STEPS = {"service": service, "python": python, "tests": tests}
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        sys.exit(f"Usage: python3 -m scripts.setup {'|'.join(STEPS)}")
    STEPS[sys.argv[1]]()
