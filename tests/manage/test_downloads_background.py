"""Large lists and badges: asked for, followed while they are made, had for an hour, by nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from confman.domain.roles import Role
from confman.store.audit import audit
from confman.store.downloads import LEASE, download, download_piece
from confman.store.hosts import member, role
from confman.store.registrations import erasure
from confman.usecases.badges import Checks, Tickets
from confman.usecases.manage import download_files, download_making, downloads
from confman.usecases.manage.download_wishes import Kind, Wish
from tests.builders import NOW, AnEvent, an_event, hand_over
from tests.manage.downloading import HOME, asked, confirmed, made_by, many, refresh_of
from tests.office import Member, Office

PEOPLE = 301


@pytest.fixture
def made(sqlite_office: Office) -> AnEvent:
    """Too many badges to be made at once."""
    event: AnEvent = sqlite_office.write(an_event)
    sqlite_office.write(many, event, PEOPLE)
    return event


@pytest.fixture
def organiser(sqlite_office: Office, made: AnEvent) -> Member:
    return sqlite_office.signed_in_as(made)


def pieces(office: Office) -> int:
    found = office.read(lambda conn: conn.execute(select(func.count()).select_from(download_piece)).scalar_one())
    return int(found)


def taken(office: Office, done: int = 0) -> download_making.Taken:
    """As by another node."""
    found = office.write(download_making.take, office.now)
    assert found is not None
    office.write(download_making.progress, found, done, office.now)
    return found  # type: ignore[no-any-return]  # `write` gives what the function gives


def whole(office: Office, content: bytes = b"content") -> None:
    found = taken(office)
    office.write(download_making.keep, found, 0, content)
    office.write(download_making.finish, found, PEOPLE, Checks(), office.now)


def test_large_badges_are_made_while_the_page_tells_how_far_they_are(
    sqlite_office: Office, organiser: Member, made: AnEvent
) -> None:
    address = asked(organiser, blanks="1")
    waits = organiser.see(address)

    assert made_by(sqlite_office) == 1

    ready, file = organiser.see(address), organiser.see(f"{address}/file")
    wish = Wish(Kind.BADGES, NOW, blanks=1)
    tickets = Tickets(sqlite_office.node.settings.base_url, sqlite_office.node.secrets)
    event = sqlite_office.loop.run(sqlite_office.node.catalogue.known(made.slug))
    assert ("Diese Datei wartet noch" in waits.text, refresh_of(waits)) == (True, "3")
    assert (refresh_of(ready), "Verfügbar bis 14:00 Uhr" in ready.text) == (None, True)
    assert f'href="{address}/file"' in ready.text
    assert "301 Namensschilder, 1 leeres, 31 Seiten" in ready.text
    assert file.content == sqlite_office.read(download_files.made, event, wish, tickets).content
    assert (file.headers["content-length"], file.headers["content-type"]) == (str(len(file.content)), "application/pdf")
    named = 'attachment; filename="namensschilder-abschlusskonferenz-2026-11-22.pdf"'
    assert file.headers["content-disposition"] == named


def test_what_was_asked_for_is_noted_once_and_never_what_was_searched_for(
    sqlite_office: Office, organiser: Member
) -> None:
    asked(organiser, q="muster", part="conference")

    assert sqlite_office.read(lambda conn: conn.execute(select(audit.c.actor, audit.c.verb, audit.c.facts)).all()) == [
        (
            organiser.actor,
            "downloaded",
            {"kind": "badges", "rows": PEOPLE, "filter": {"part": "conference"}, "searched": True},
        )
    ]


def test_the_page_follows_the_work_until_somebody_does_not_want_that(sqlite_office: Office, organiser: Member) -> None:
    address = asked(organiser)
    one = taken(sqlite_office, done=120)

    runs, held = organiser.see(address), organiser.see(f"{address}?refresh=no")
    sqlite_office.now = NOW + LEASE
    interrupted = organiser.see(address)
    sqlite_office.write(download_making.fail, one, sqlite_office.now)
    failed = organiser.see(address)

    assert "120 von 301 Namensschildern" in runs.text
    assert '<progress id="far" value="120" max="301">' in runs.text
    assert [refresh_of(page) for page in (runs, held, interrupted, failed)] == ["3", None, "3", None]
    assert "Die Arbeit wurde unterbrochen" in interrupted.text
    assert "Die Datei konnte nicht erstellt werden" in failed.text


def test_a_third_file_waits_and_says_for_how_many(sqlite_office: Office, organiser: Member) -> None:
    first, second, third = (asked(organiser) for _ in range(3))
    taken(sqlite_office)
    taken(sqlite_office)

    assert sqlite_office.write(download_making.take, NOW) is None
    assert ["Diese Datei wartet noch" in organiser.see(page).text for page in (first, second, third)] == [
        *(False, False, True),
    ]
    assert "2 andere Dateien wurden früher angefordert" in organiser.see(third).text


def test_cancelling_ends_it_and_leaves_nothing(sqlite_office: Office, organiser: Member) -> None:
    address = asked(organiser)
    one = taken(sqlite_office)
    sqlite_office.write(download_making.keep, one, 0, b"half of it")

    answer = organiser.send(f"{address}/removal")

    assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/downloads?removed=yes")
    assert "Die Datei ist gelöscht." in organiser.see(answer.headers["location"]).text
    assert sqlite_office.write(download_making.keep, one, 1, b"the other half") is False
    assert (organiser.see(address).status_code, pieces(sqlite_office)) == (404, 0)
    assert sqlite_office.read(lambda conn: conn.execute(select(erasure.c.what)).scalars().all()) == ["downloads"]


def test_a_file_can_be_had_for_an_hour(sqlite_office: Office, organiser: Member) -> None:
    address = asked(organiser)
    whole(sqlite_office)

    sqlite_office.now = NOW + timedelta(minutes=59, seconds=59)
    before = [organiser.see(page).status_code for page in (address, f"{address}/file")]
    sqlite_office.now = NOW + timedelta(hours=1)
    after = [organiser.see(page).status_code for page in (address, f"{address}/file")]

    assert (before, after) == ([200, 200], [404, 404])


def test_a_file_that_is_not_ready_cannot_be_had(sqlite_office: Office, organiser: Member) -> None:
    address = asked(organiser)
    one = taken(sqlite_office)
    sqlite_office.write(download_making.keep, one, 0, b"half of it")

    assert organiser.see(f"{address}/file").status_code == 404


def test_to_everybody_else_a_file_is_one_that_does_not_exist(
    sqlite_office: Office, organiser: Member, made: AnEvent
) -> None:
    address = asked(organiser)
    whole(sqlite_office)
    key = address.rpartition("/")[2]
    other = sqlite_office.write(an_event, slug="fachtag")
    own = sqlite_office.write(an_event, slug="werkstatt")
    sqlite_office.write(hand_over, own, made)
    colleague, stranger = sqlite_office.signed_in_as(made, "owner"), sqlite_office.signed_in_as(other)
    missing = colleague.see(f"{HOME}/downloads/01a202ba-d1ec-7203-93ad-bbd2ab3fb9bd")
    tries = [
        (colleague, address),
        (stranger, address),
        (stranger, f"/manage/events/fachtag/downloads/{key}"),
        (organiser, f"/manage/events/werkstatt/downloads/{key}"),
        (organiser, f"{HOME}/downloads/nonsense"),
    ]

    answers = [who.see(f"{path}{end}") for who, path in tries for end in ("", "/file")]
    answers += [who.send(f"{path}/removal") for who, path in tries]

    assert {(answer.status_code, answer.text) for answer in answers} == {(404, missing.text)}
    assert organiser.see(f"{address}/file").content == b"content"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (delete(role), 404),
        (update(role).values(role=Role.DESK.value), 403),
        (update(member).values(disabled_at=NOW), 303),
    ],
    ids=["role taken away", "made desk", "disabled"],
)
def test_who_may_not_see_people_any_more_gets_no_file(
    sqlite_office: Office, organiser: Member, change: Any, status: int
) -> None:
    address = asked(organiser)
    whole(sqlite_office)

    sqlite_office.write(lambda conn: conn.execute(change))

    assert [organiser.see(f"{address}{end}").status_code for end in ("", "/file")] == [status, status]


def test_a_member_has_five_files_at_a_time(office: Office) -> None:
    made = office.write(an_event)
    office.write(many, made, PEOPLE)
    organiser = office.signed_in_as(made)
    addresses = [asked(organiser) for _ in range(downloads.MOST)]
    whole(office)

    sixth = organiser.send(f"{HOME}/downloads", kind="badges", start_at="3")
    asked(office.signed_in_as(made))
    organiser.send(f"{addresses[0]}/removal")

    assert (sixth.status_code, 'name="start_at" value="3"' in sixth.text) == (409, True)
    assert "Mehr als 5 Dateien heben wir nicht zugleich für Sie auf." in sixth.text
    assert asked(organiser)


def test_ones_own_files_are_listed_with_how_they_stand(sqlite_office: Office, organiser: Member) -> None:
    first = asked(organiser)
    whole(sqlite_office)
    second = asked(organiser)

    page = organiser.see(f"{HOME}/downloads").text

    assert page.index(f'href="{second}"') < page.index(f'href="{first}"')
    assert "PDF, 1 kB, verfügbar bis 14:00 Uhr" in page
    assert "wartet" in page


def test_pages_of_files_are_a_fixed_number_of_statements(office: Office) -> None:
    event = office.write(an_event)
    confirmed(office, event, "Adler")
    asks = office.signed_in_as(event)
    wish = Wish(Kind.BADGES, NOW)
    view = office.loop.run(office.node.catalogue.known(event.slug))

    def costs(path: str) -> int:
        with office.counted() as statements:
            asks.see(path)
        return len([each for each in statements if "programme_version" not in each])

    numbers = []
    for _ in range(3):
        row = {"kind": "badges", "wish": wish.kept(), "total": 1, "asked_at": NOW, "expires_at": NOW + LEASE}
        office.write(_add, view.id, asks.id, row)
        key = office.read(lambda conn: conn.execute(select(download.c.id).order_by(download.c.id)).scalars().all())[-1]
        numbers.append([costs(f"{HOME}/downloads"), costs(f"{HOME}/downloads/{key}")])

    assert numbers == [[2, 3]] * 3


def _add(connection: Any, event: Any, who: Any, row: dict[str, Any]) -> None:
    from confman.kernel.ids import new_id
    from confman.store import downloads as store

    store.add(connection, {"id": new_id(), "event_id": event, "member_id": who, **row})
