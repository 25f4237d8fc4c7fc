"""Signing in with a password: what a session is, who is kept out, and what strangers can learn."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, func, select

from confman.domain.passwords import MOST_BYTES
from confman.http.onward import local
from confman.store.audit import audit
from confman.store.hosts import attempt, member, signin
from confman.usecases import members, signins
from confman.usecases.members import Held
from tests.builders import AnEvent, an_event
from tests.office import Office, a_member
from tests.signing_in import ERIKA, HASHED, PASSWORD, Browser, cookies_of, emptied, erika, give, hidden, row_of
from tests.world import BROWSER

OTTO, DANA = "otto.beispiel@lindenbrueck.example", "dana.beispiel@lindenbrueck.example"
NOBODY = "niemand@lindenbrueck.example"
WRONG = "acht Zwerge im Nieselregen"
OWN = "HttpOnly; Path=/; SameSite=lax; Secure"


@pytest.fixture
def sqlite_office(shared_office: Office) -> Office:
    return emptied(shared_office)


@pytest.fixture
def made(office: Office) -> AnEvent:
    event: AnEvent = office.write(an_event, slug="quartierlabore")
    return event


@pytest.fixture
def own(sqlite_office: Office) -> AnEvent:
    """Where the database makes no difference."""
    event: AnEvent = sqlite_office.write(an_event, slug="quartierlabore")
    sqlite_office.write(erika, event)
    return event


@pytest.fixture
def second_node(office: Office, tmp_path: Path) -> Iterator[Office]:
    node = Office(office.url, tmp_path)
    yield node
    node.close()


def sessions(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(signin)).scalar_one())


def deeds(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(select(audit.c.actor, audit.c.verb).order_by(audit.c.at, audit.c.id))
    return [(row.actor.partition(" ")[0], row.verb) for row in rows]


def test_a_member_signs_in_and_out(office: Office, made: AnEvent) -> None:
    member_id, browser = office.write(erika, made), Browser(office)

    page = browser.see("/manage/signin")
    answer = browser.fill(page, "/manage/signin", email=f" {ERIKA.upper()} ", password=PASSWORD)
    seen = browser.see("/manage")
    left = browser.fill(seen, "/manage/signout")

    assert cookies_of(page) == [f"__Host-confman-form; {OWN}"]
    assert (answer.status_code, answer.headers["location"]) == (303, "/manage")
    assert cookies_of(answer) == [
        "__Host-confman-device; HttpOnly; Max-Age=31536000; Path=/; SameSite=lax; Secure",
        "__Host-confman-form; HttpOnly; Max-Age=0; Path=/; SameSite=lax; Secure",
        f"__Host-confman; {OWN}",
    ]
    assert (seen.status_code, left.status_code, browser.see("/manage").status_code) == (200, 303, 303)
    assert office.read(deeds) == [("member", "signed-in")]
    assert (office.read(sessions), str(member_id) in answer.text + seen.text) == (0, False)


def test_there_is_no_account_that_nobody_has_made(sqlite_office: Office) -> None:
    assert sqlite_office.read(lambda c: c.execute(select(func.count()).select_from(member)).scalar_one()) == 0


def test_a_cookie_of_before_is_never_taken_over(sqlite_office: Office, own: AnEvent) -> None:
    mine, planted = Browser(sqlite_office), "x" * 43
    mine.cookies["__Host-confman"] = planted

    refused = mine.see("/manage")
    mine.sign_in()
    first = mine.session
    mine.cookies |= {"__Host-confman-form": "x" * 44}
    again = mine.fill(Browser(sqlite_office).see("/manage/signin"), "/manage/signin", email=ERIKA, password=PASSWORD)
    mine.sign_in()

    assert (refused.status_code, again.status_code) == (303, 403)
    assert len({planted, first, mine.session}) == 2
    other = Browser(sqlite_office)
    for cookie in (planted, "", "x" * 500, '"', "\x7f"):
        other.cookies = {"__Host-confman": cookie}
        assert other.see("/manage").status_code == 303


def test_signing_in_again_ends_the_session_that_the_browser_had(sqlite_office: Office, own: AnEvent) -> None:
    mine, other = Browser(sqlite_office), Browser(sqlite_office)
    mine.sign_in()
    old = mine.session
    sqlite_office.now += signins.IDLE
    mine.sign_in()
    other.cookies = {"__Host-confman": old}

    assert (other.see("/manage").status_code, mine.see("/manage").status_code, old == mine.session) == (303, 200, False)


def test_a_form_needs_the_browser_that_opened_it(sqlite_office: Office, own: AnEvent) -> None:
    """Else another site could sign somebody in as somebody else."""
    mine, attacker = Browser(sqlite_office), Browser(sqlite_office)
    page, theirs = mine.see("/manage/signin"), attacker.see("/manage/signin")
    fields = {"email": ERIKA, "password": PASSWORD}

    answers = [
        mine.send("/manage/signin", **fields),
        mine.send("/manage/signin", csrf="x", **fields),
        mine.fill(theirs, "/manage/signin", **fields),
        Browser(sqlite_office).fill(page, "/manage/signin", **fields),
        mine._ask("POST", "/manage/signin", data=fields, origin="https://evil.example", site="cross-site"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert sqlite_office.read(sessions) == 0
    assert mine.fill(page, "/manage/signin", **fields).status_code == 303


def test_a_form_is_never_taken_for_json(sqlite_office: Office, own: AnEvent) -> None:
    body = b'{"email": "erika.beispiel@lindenbrueck.example"}'
    answers = [
        sqlite_office.ask("POST", "/manage/signin", content=body, headers={"content-type": kind})
        for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x")
    ]

    assert [answer.status_code for answer in answers] == [415] * 3


def test_the_session_ends_unused_after_eight_hours_and_in_any_case_after_a_day(
    sqlite_office: Office, own: AnEvent
) -> None:
    office = sqlite_office
    idle, busy = Browser(office), Browser(office)
    idle.sign_in()
    busy.sign_in()
    answers = []
    for _ in range(4):
        office.now += timedelta(hours=6)
        answers.append(busy.see("/manage").status_code)

    assert (answers, idle.see("/manage").status_code) == ([200, 200, 200, 303], 303)


def test_a_session_goes_on_while_it_is_used(sqlite_office: Office, own: AnEvent) -> None:
    browser = Browser(sqlite_office)
    browser.sign_in()
    answers = []
    for minutes in (479, 479, 480):
        sqlite_office.now += timedelta(minutes=minutes)
        answers.append(browser.see("/manage").status_code)

    assert answers == [200, 200, 303]


def test_who_is_disabled_or_loses_a_role_is_out_at_once_on_every_node(
    office: Office, second_node: Office, made: AnEvent
) -> None:
    office.write(erika, made)
    browser, page = Browser(office), f"/manage/events/{made.slug}"
    browser.sign_in()
    there = Browser(second_node)
    there.cookies = dict(browser.cookies)
    answers = [there.see(page).status_code]

    office.write(members.revoke, Held("host-quartierlabore", ERIKA), office.now)
    answers += [there.see(page).status_code, there.see("/manage").status_code]
    office.write(members.disable, ERIKA, office.now)
    answers += [there.see("/manage").status_code, there.sign_in().status_code]

    assert answers == [200, 404, 200, 303, 422]
    assert office.read(sessions) == 0


# who guesses


def test_ten_wrong_passwords_shut_unknown_browsers_out_and_not_the_members_own(
    office: Office, second_node: Office, made: AnEvent
) -> None:
    """Counted over all nodes, and after a restart: nothing of it is in memory."""
    office.write(erika, made)
    own = Browser(office)
    own.sign_in()
    guessers = [Browser(node) for node in (office, second_node)]

    wrong = [guessers[at % 2].sign_in(WRONG).status_code for at in range(10)]
    office.now += timedelta(minutes=1)
    second_node.now = office.now
    right = [guesser.sign_in() for guesser in guessers]
    own.cookies.pop("__Host-confman")

    assert wrong == [422] * 10
    assert [(answer.status_code, answer.headers["retry-after"]) for answer in right] == [(429, "900")] * 2
    assert own.sign_in().status_code == 303
    office.now += timedelta(minutes=15)
    assert Browser(office).sign_in().status_code == 303


def test_a_members_own_browser_is_counted_by_itself(sqlite_office: Office, own: AnEvent) -> None:
    mine = Browser(sqlite_office)
    mine.sign_in()
    mine.cookies.pop("__Host-confman")
    answers = [mine.sign_in(WRONG).status_code for _ in range(10)] + [mine.sign_in().status_code]

    assert answers == [422] * 10 + [429]
    assert Browser(sqlite_office).sign_in().status_code == 303


def test_the_name_of_a_browser_counts_for_its_own_member_only(sqlite_office: Office, own: AnEvent) -> None:
    """Whoever is a member themselves cannot guess others' passwords the longer."""
    sqlite_office.write(a_colleague, own, OTTO)
    mine = Browser(sqlite_office)
    mine.sign_in()
    forged = Browser(sqlite_office)
    forged.cookies["__Host-confman-device"] = mine.cookies["__Host-confman-device"]
    for _ in range(10):
        forged.sign_in(WRONG, email=OTTO)

    assert Browser(sqlite_office).sign_in(email=OTTO).status_code == 429


def a_colleague(connection: Connection, made: AnEvent, email: str) -> UUID:
    member_id = a_member(connection, made, "organiser")
    give(connection, member_id, email=email, email_key=email, password_hash=HASHED)
    return member_id


def test_many_at_once_pass_no_more_often_than_one_after_another(office: Office, made: AnEvent) -> None:
    office.write(erika, made)
    browser = Browser(office)
    page = browser.see("/manage/signin")
    jar = {"cookie": f"__Host-confman-form={browser.cookies['__Host-confman-form']}", **BROWSER}
    form = {**hidden(page), "email": ERIKA, "password": WRONG}
    asked = [("POST", "/manage/signin", {"data": form, "headers": jar})] * 20

    answers = office.all_at_once(asked)

    assert sorted(answer.status_code for answer in answers) == [422] * 10 + [429] * 10


# what strangers learn


def test_known_and_unknown_addresses_are_answered_alike(sqlite_office: Office, own: AnEvent) -> None:
    office, made = sqlite_office, own
    disabled = office.write(a_colleague, made, DANA)
    office.write(give, disabled, disabled_at=office.now)
    invited = office.write(a_colleague, made, OTTO)
    office.write(give, invited, password_hash=None)
    seen = []
    for email in (ERIKA, NOBODY, DANA, OTTO):
        browser = Browser(office)
        page = browser.see("/manage/signin")
        with office.counted() as statements:
            answer = browser.fill(page, "/manage/signin", email=email, password=WRONG)
        text = answer.text.replace(email, "").replace(browser.cookies["__Host-confman-form"], "")
        headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
        seen.append((answer.status_code, len(text), sorted(headers.items()), statements))

    assert [each[:3] for each in seen] == [seen[0][:3]] * 4
    assert [each[3] for each in seen] == [seen[0][3]] * 4


def test_what_cannot_be_right_is_said_at_its_field_and_not_counted(sqlite_office: Office, own: AnEvent) -> None:
    for email, password, message in (
        ("", PASSWORD, "Bitte geben Sie Ihre E-Mail-Adresse ein, zum Beispiel name@beispiel.de."),
        ("erika", PASSWORD, "In der E-Mail-Adresse fehlt das @-Zeichen."),
        (ERIKA, "", "Bitte geben Sie Ihr Passwort ein."),
        (ERIKA, "x" * (MOST_BYTES + 1), "So lang ist kein Passwort. Bitte prüfen Sie Ihre Eingabe."),
    ):
        answer = Browser(sqlite_office).sign_in(password, email=email)
        assert (answer.status_code, message in answer.text) == (422, True)
        assert password == "" or password not in answer.text
    assert sqlite_office.read(lambda c: c.execute(select(func.count()).select_from(attempt)).scalar_one()) == 0


def test_a_megabyte_of_password_is_not_even_read(sqlite_office: Office, own: AnEvent) -> None:
    assert Browser(sqlite_office).sign_in("x" * 1_000_000).status_code == 413


def test_a_password_kept_with_parameters_of_the_past_is_kept_anew(sqlite_office: Office, own: AnEvent) -> None:
    member_id = sqlite_office.read(lambda c: c.execute(select(member.c.id)).scalar_one())
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    sqlite_office.write(give, member_id, password_hash=weak)

    assert Browser(sqlite_office).sign_in().status_code == 303
    kept = sqlite_office.read(row_of, member_id).password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert Browser(sqlite_office).sign_in().status_code == 303


# where it leads


ELSEWHERE = (
    *("//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "%2f%2fevil.example"),
    *("/manage//evil.example", "/manage/%2f%2fevil.example", "/manage/..//evil.example", "/manage/../archive"),
    *("/manage@evil.example", "/managed", "/manage\t//evil.example", "/manage\r\nx: y", "manage", "/", ""),
    *("/manage/%2e%2e/x", "/manage/ä", "/manage?x=\\", "//manage", "/manage/.", "\x00/manage", "/manage\n"),
)


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_an_address_elsewhere_is_none_of_the_teams(elsewhere: str) -> None:
    assert local(elsewhere) == "/manage"


def test_signing_in_leads_to_the_teams_pages_only(sqlite_office: Office, own: AnEvent) -> None:
    browser = Browser(sqlite_office)
    page = browser.see("/manage/signin?next=//evil.example")
    answer = browser.fill(page, "/manage/signin", email=ERIKA, password=PASSWORD, next="//evil.example")
    already = [browser.see(f"/manage/signin?next={quote(elsewhere)}") for elsewhere in ELSEWHERE]

    assert "evil" not in page.text
    assert {(each.status_code, each.headers["location"]) for each in (answer, *already)} == {(303, "/manage")}


def test_signing_in_leads_to_the_page_that_was_asked_for(sqlite_office: Office, own: AnEvent) -> None:
    browser, page = Browser(sqlite_office), f"/manage/events/{own.slug}?part=M%C3%BCller&state=all"

    asked = browser.see(page)
    answer = browser.sign_in(path=asked.headers["location"])

    assert answer.headers["location"] == page
