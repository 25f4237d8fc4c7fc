"""Who may import whom, and what the rules and the renderers may not know."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "confman"

PURE = frozenset(
    {
        *("__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "enum"),
        *("fractions", "functools", "hashlib", "heapq", "hmac", "ipaddress", "itertools", "math", "operator", "re"),
        *("string", "types", "typing", "unicodedata", "uuid", "zoneinfo"),
    }
)
"""What of the standard library neither looks at the world nor changes it, but for the functions below."""
CLOCKS = ("datetime.now", "datetime.utcnow", "datetime.today", "date.today")
CHANCE = ("uuid1", "uuid4", "urandom")
WORLD = ("open", "print", "input")


def sources(folder: str = "") -> list[Path]:
    return sorted((PACKAGE / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def called(path: Path) -> Iterator[str]:
    """The last word of every name that is called or handed on: `now` for `datetime.now()` and `key=datetime.now`."""
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield f"{ast.unparse(node.value)}.{node.attr}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id


def ends_with(name: str, *endings: str) -> bool:
    """Whether the dotted name is one of the endings or ends with one, word for word."""
    return f".{name}".endswith(tuple(f".{ending}" for ending in endings))


def test_imports_point_down() -> None:
    tool = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    assert checked.returncode == 0, checked.stdout


def test_the_rules_import_nothing_but_the_pure_standard_library() -> None:
    impure = {
        f"{relative(path)}: {name}"
        for path in sources("domain")
        for name in imported(path)
        if name.split(".")[0] not in PURE and not name.startswith("confman.domain")
    }

    assert impure == set()


def test_the_rules_know_no_clock_no_chance_and_no_world() -> None:
    impure = {
        f"{relative(path)}: {name}"
        for path in sources("domain")
        for name in called(path)
        if name in WORLD or ends_with(name, *CLOCKS, *CHANCE)
    }

    assert impure == set()


def test_renderers_know_no_clock_no_chance_no_database_and_no_settings() -> None:
    strangers = ("random", "secrets", "sqlalchemy", "confman.store", "confman.kernel.clock", "confman.kernel.settings")
    impure = {
        f"{relative(path)}: {name}"
        for path in sources("render")
        for name in (*imported(path), *called(path))
        if name.startswith(strangers) or ends_with(name, *CLOCKS, *CHANCE)
    }

    assert impure == set()


def test_the_wall_clock_is_read_in_one_file() -> None:
    readers = {
        relative(path)
        for path in sources()
        for name in called(path)
        if ends_with(name, *CLOCKS) or name in {"time.time", "time.localtime", "func.now", "func.current_timestamp"}
    }

    assert readers == {"confman/kernel/clock.py"}


def test_keys_alone_take_the_milliseconds_of_their_making() -> None:
    readers = {relative(path) for path in sources() for name in called(path) if name == "time.time_ns"}

    assert readers == {"confman/kernel/ids.py"}


def test_one_file_commits() -> None:
    committers = {relative(path) for path in sources() if ".commit(" in path.read_text()}

    assert committers == {"confman/usecases/work.py"}


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "managers", "service", "services"}

    found = {relative(path) for path in sources() if drawers & {path.stem, *path.parent.parts}}

    assert found == set()
