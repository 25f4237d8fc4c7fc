"""`make`, the script behind it and the continuous integration agree."""

import re
import subprocess
import sys
from pathlib import Path

from scripts import setup, tasks

ROOT = Path(__file__).resolve().parents[2]


def test_every_target_of_make_is_a_task() -> None:
    targets = re.search(r"^\.PHONY: help (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert targets is not None
    assert targets[1].split() == list(tasks.TASKS)


def test_the_continuous_integration_checks_and_tests() -> None:
    commands = re.findall(r"^make (.+)$", (ROOT / ".ci/run").read_text(), re.MULTILINE)

    assert commands == ["check", "test"]


def test_the_help_names_every_task() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "scripts.tasks"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert [line.split()[1] for line in shown.stdout.splitlines()] == list(tasks.TASKS)


def test_an_environment_is_left_alone_while_its_lock_stays_the_same(tmp_path: Path) -> None:
    before = setup.fingerprint("requirements.lock")
    setup.mark_current(tmp_path, before)

    assert setup.is_current(tmp_path, setup.fingerprint("requirements.lock"))
    assert not setup.is_current(tmp_path, setup.fingerprint("requirements-dev.lock"))
    assert not setup.is_current(tmp_path / "nowhere", before)
