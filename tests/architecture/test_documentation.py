"""The documentation says what the code does: settings, refusals, and links that lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from confman.cli import cli
from confman.domain import errors
from confman.http import problems

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
REFUSALS = errors.Refusal.__subclasses__()
LINK = re.compile(r"\]\(([^)#]+)(?:#[^)]*)?\)")


def test_every_setting_is_documented_and_nothing_else() -> None:
    code = (ROOT / "confman/kernel/settings.py").read_text()
    rows = (ROOT / "docs/operating.md").read_text().splitlines()

    read = set(re.findall(r'"(CONFMAN_[A-Z_]+)"', code))
    documented = {found[1] for found in (re.match(r"\| `(CONFMAN_[A-Z_]+)`", row) for row in rows) if found}

    assert documented == read


def test_there_are_at_most_twenty_five_settings() -> None:
    names = set(re.findall(r'"(CONFMAN_[A-Z_]+)"', (ROOT / "confman/kernel/settings.py").read_text()))

    assert len(names) <= 25


def test_every_command_is_documented_and_nothing_else() -> None:
    rows = (ROOT / "docs/operating.md").read_text().splitlines()

    documented = {found[1] for found in (re.match(r"\| `confman ([a-z]+(?: [a-z]+)?)", row) for row in rows) if found}

    assert documented == set(commands(cli))


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """The names as they are typed: `migrate`, `token add`; without those that only confman itself calls."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}"


def test_every_refusal_has_a_page_and_every_page_a_refusal() -> None:
    pages = {page.stem for page in (ROOT / "docs/problems").glob("*.md")}

    assert pages == {refusal.slug for refusal in REFUSALS}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.slug)
def test_the_page_of_a_refusal_says_when_and_how_to_go_on(refusal: type[errors.Refusal]) -> None:
    page = (ROOT / f"docs/problems/{refusal.slug}.md").read_text()

    assert re.findall(r"^\*\*(.+?):\*\*", page, re.MULTILINE) == ["When", "What it carries", "How to go on"]
    assert page.splitlines()[2] == f"`/problems/{refusal.slug}` · status {problems.STATUS.get(refusal, 409)}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_between_pages_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]

    assert [target for target in targets if not (page.parent / target).exists()] == []
