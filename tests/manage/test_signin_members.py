"""The team as the operator keeps it: use-cases and commands."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, func, select, update

from confman.cli import cli
from confman.domain.roles import Role
from confman.kernel.passwords import compared
from confman.kernel.security import Secrets
from confman.store.audit import audit
from confman.store.hosts import host, member
from confman.usecases import demonstration_team, members
from confman.usecases.members import Held, MemberRefused, Wish
from tests.builders import NOW, AnEvent, an_event
from tests.office import Office
from tests.signing_in import ERIKA, PASSWORD, Browser, emptied, erika

HOST, SLUG = "host-quartierlabore", "quartierlabore"
SECRET = "s" * 32


@pytest.fixture
def sqlite_office(shared_office: Office) -> Office:
    return emptied(shared_office)


@pytest.fixture
def made(office: Office) -> AnEvent:
    event: AnEvent = office.write(an_event, slug=SLUG)
    return event


def wish(role: Role = Role.ORGANISER, **changed: Any) -> Wish:
    return Wish(**{"host": HOST, "email": ERIKA, "role": role, "name": "Erika Beispiel", **changed})


def history(connection: Connection) -> list[tuple[str, Any]]:
    rows = connection.execute(select(audit).order_by(audit.c.at, audit.c.id)).all()
    assert [row for row in rows if "Erika" in repr(row) or "erika" in repr(row)] == []
    return [(row.verb, row.facts) for row in rows]


def roles(connection: Connection) -> list[tuple[str, ...]]:
    return [found.roles for found in members.listed(connection)]


def test_a_member_has_one_role_for_a_host_and_one_for_each_event(office: Office, made: AnEvent) -> None:
    for asked in (wish(), wish(Role.READER, sees_needs=True), wish(Role.DESK, event=SLUG, name="")):
        office.write(members.add, asked, None, NOW)

    assert office.read(roles) == [(f"reader of {HOST} (sees needs)", f"desk of {HOST}/{SLUG}")]
    assert office.read(history) == [
        ("role-granted", {"role": "organiser", "sees_needs": False}),
        ("role-granted", {"role": "reader", "sees_needs": True}),
        ("role-granted", {"role": "desk", "sees_needs": False}),
    ]


def test_roles_are_taken_for_an_event_or_for_the_whole_host(sqlite_office: Office) -> None:
    office = sqlite_office
    office.write(an_event, slug=SLUG)
    for asked in (wish(), wish(Role.DESK, event=SLUG)):
        office.write(members.add, asked, None, NOW)

    taken = [office.write(members.revoke, Held(HOST, ERIKA, event), NOW) for event in (SLUG, None, None)]

    assert (taken, office.read(roles)) == ([1, 1, 0], [()])
    assert [verb for verb, _ in office.read(history)] == ["role-granted"] * 2 + ["role-revoked"] * 2


def test_a_disabled_member_who_gets_a_role_again_is_let_in_again(sqlite_office: Office) -> None:
    office = sqlite_office
    made = office.write(an_event, slug=SLUG)
    office.write(erika, made)
    office.write(members.disable, ERIKA, NOW)
    shut = Browser(office).sign_in().status_code
    office.write(members.add, wish(name=""), None, NOW)

    assert (shut, Browser(office).sign_in().status_code) == (422, 303)


def test_an_invitation_is_good_for_three_days(sqlite_office: Office) -> None:
    sqlite_office.write(an_event, slug=SLUG)
    sqlite_office.write(members.add, wish(), None, sqlite_office.now)
    link = sqlite_office.read(members.invitation, ERIKA, sqlite_office.node.secrets, sqlite_office.now)
    sqlite_office.now += timedelta(days=3, seconds=-1)
    in_time = Browser(sqlite_office).see(link).status_code
    sqlite_office.now += timedelta(seconds=1)

    assert (in_time, Browser(sqlite_office).see(link).status_code) == (200, 410)


REFUSED = (
    (wish(host="keiner"), "there is no host 'keiner'"),
    (wish(event="keine"), f"the host '{HOST}' has no event 'keine'"),
    (wish(event="anderswo"), f"the host '{HOST}' has no event 'anderswo'"),
    (wish(email="erika"), "no e-mail can be sent to 'erika'"),
    (wish(name="  "), "a new member needs a name: --name"),
)


def test_what_cannot_be_is_refused_in_one_line(sqlite_office: Office) -> None:
    for slug in (SLUG, "anderswo"):
        sqlite_office.write(an_event, slug=slug)

    for asked, says in REFUSED:
        with pytest.raises(MemberRefused, match=f"^{says}$"):
            sqlite_office.write(members.add, asked, None, NOW)

    assert sqlite_office.read(members.listed) == []


def test_the_demonstration_has_a_team_with_a_password_of_its_own(sqlite_office: Office) -> None:
    for slug in ("lindenbrueck", "kosi-lab"):
        sqlite_office.write(an_event, slug=slug)
    sqlite_office.write(lambda c: c.execute(_without_prefix()))
    secrets = Secrets((b"d" * 32,))
    for _ in range(2):
        sqlite_office.write(demonstration_team.make, secrets, NOW)

    listed = sqlite_office.read(members.listed)
    kept = sqlite_office.read(lambda c: c.execute(select(member.c.password_hash)).scalars().all())

    assert sorted(role for found in listed for role in found.roles) == [
        "desk of lindenbrueck",
        "organiser of lindenbrueck (sees needs)",
        "owner of kosi-lab",
        "owner of lindenbrueck",
        "reader of lindenbrueck",
    ]
    assert {compared(each, demonstration_team.password_of(secrets)).is_right for each in kept} == {True}
    assert demonstration_team.password_of(secrets) != demonstration_team.password_of(Secrets((b"e" * 32,)))


def _without_prefix() -> Any:
    return update(host).values(slug=func.replace(host.c.slug, "host-", ""))


# the commands


@pytest.fixture
def confman(sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command line beside a node that serves the same database."""
    sqlite_office.write(an_event, slug=SLUG)
    monkeypatch.setenv("CONFMAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CONFMAN_DATABASE_URL", sqlite_office.url)
    monkeypatch.setenv("CONFMAN_BASE_URL", "https://events.example.org")
    monkeypatch.setenv("CONFMAN_SECRET", SECRET)

    def run(*words: str, typed: str = "") -> Any:
        return CliRunner().invoke(cli, ["user", *words], input=typed)

    return run


ADD = ("add", "--host", HOST, "--email", ERIKA, "--name", "Erika Beispiel", "--role", "organiser")


def test_who_is_added_sets_a_password_by_the_printed_link(sqlite_office: Office, confman: Any) -> None:
    added = confman(*ADD)
    link = added.stdout.strip().removeprefix("https://events.example.org")
    browser = Browser(sqlite_office)
    browser.send(link, new_password=PASSWORD, repeated=PASSWORD)

    assert (added.exit_code, added.stderr) == (0, f"{ERIKA} is organiser of {HOST}.\n")
    assert browser.sign_in().status_code == 303


def test_a_password_can_be_set_without_leaving_a_trace(sqlite_office: Office, confman: Any) -> None:
    by_stdin = confman(*ADD, "--stdin", typed=f"{PASSWORD}\n")
    first = Browser(sqlite_office).sign_in().status_code
    by_prompt = confman(*ADD, "--prompt", typed=f"{PASSWORD} 2\n{PASSWORD} 2\n")

    assert (by_stdin.exit_code, by_stdin.stdout, first) == (0, "", 303)
    assert (by_prompt.exit_code, PASSWORD in by_prompt.output) == (0, False)
    assert Browser(sqlite_office).sign_in(f"{PASSWORD} 2").status_code == 303


def test_a_bad_password_adds_nobody(sqlite_office: Office, confman: Any) -> None:
    refused = confman(*ADD, "--stdin", typed="Sommer2026\n")

    assert (refused.exit_code, refused.stderr.startswith("Error: This password is easy to guess.")) == (1, True)
    assert sqlite_office.read(members.listed) == []


def test_the_team_is_listed_and_changed_by_command(sqlite_office: Office, confman: Any) -> None:
    confman(*ADD)
    listed = confman("list").output
    link = confman("link", ERIKA).output
    taken = confman("revoke", "--host", HOST, "--email", ERIKA).output
    unlocked = confman("unlock", ERIKA)
    disabled = confman("disable", ERIKA)

    assert listed == f"{ERIKA}  Erika Beispiel  organiser of {HOST}  (no password yet)\n"
    assert link.startswith("https://events.example.org/manage/password/")
    assert (taken, unlocked.exit_code, disabled.output) == ("Roles taken: 1.\n", 0, "The member is disabled.\n")
    assert confman("list").output.startswith(f"{ERIKA}  Erika Beispiel  no role  (disabled ")


CANNOT = (
    ("link", "niemand@lindenbrueck.example"),
    ("disable", "niemand@lindenbrueck.example"),
    ("unlock", "kein Mensch"),
    ("revoke", "--host", "keiner", "--email", ERIKA),
    ("add", "--host", "keiner", "--email", ERIKA, "--role", "desk", "--name", "Erika"),
)


def test_what_a_command_cannot_do_is_one_line(confman: Any) -> None:
    refused = [confman(*words) for words in CANNOT]

    assert {(each.exit_code, each.stdout, each.stderr.count("\n")) for each in refused} == {(1, "", 1)}
