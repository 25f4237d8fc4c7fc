"""Files and functions stay small enough to be read at one sitting."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("confman", "scripts", "bench", "tests") for path in (ROOT / folder).rglob("*.py"))
FILE_LINES = 400
FUNCTION_LINES = 50
PARAMETERS = 5
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def functions(path: Path) -> list[Function]:
    return [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function)]


def positional(function: Function) -> int:
    """How many arguments a caller could give by their place; a method's own object does not count."""
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def place(path: Path, function: Function) -> str:
    return f"{path.relative_to(ROOT).as_posix()}:{function.lineno} {function.name}"


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lines = {path.relative_to(ROOT).as_posix(): path.read_text().count("\n") for path in CODE}

    assert {name: count for name, count in lines.items() if count > FILE_LINES} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = {
        place(path, function): function.end_lineno - function.lineno + 1
        for path in CODE
        for function in functions(path)
        if function.end_lineno and function.end_lineno - function.lineno >= FUNCTION_LINES
    }

    assert long == {}


def test_no_function_takes_more_than_five_arguments_by_place() -> None:
    wide = {
        place(path, function): positional(function)
        for path in CODE
        if path.is_relative_to(ROOT / "confman")
        for function in functions(path)
        if positional(function) > PARAMETERS
    }

    assert wide == {}


def test_every_test_file_has_a_name_of_its_own() -> None:
    """Test files are imported by their name alone, so of two with one name the second would not run."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]

    assert sorted(names) == sorted(set(names))
