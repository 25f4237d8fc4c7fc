"""Pages of the table: forwards and back, by name and by when they came, while the list changes, at any size."""

from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bench.table_event import fill
from confman.store import registration_table
from confman.store.registration_table import Order, Reach
from confman.store.registrations import registration
from confman.usecases import events
from confman.usecases.manage import registrations
from tests.builders import AnEvent
from tests.manage.table_looking import at, codes, links, rows, see
from tests.manage.table_people import change, people
from tests.manage.test_table_filter import TAKES
from tests.office import Member, Office


@pytest.fixture
def crowd(office: Office) -> AnEvent:
    """120 people, every ninth with the same surname."""
    return fill(office.node.work.database, 120)


def paged(member: Member, path: str, button: str) -> list[list[str]]:
    """The codes of each page, pressing that button as long as there is one."""
    pages = []
    while path:
        page = see(member, path)
        pages.append(codes(page))
        path = links(page, "pages").get(button, "")
    return pages


def in_order(connection: Connection, order: Order) -> list[str]:
    keys: dict[Order, Any] = {
        "name": (registration.c.sort_key, registration.c.id),
        "name-down": (registration.c.sort_key.desc(), registration.c.id.desc()),
        "newest": (registration.c.created_at.desc(), registration.c.id.desc()),
        "oldest": (registration.c.created_at, registration.c.id),
    }
    live = select(registration.c.code).where(registration.c.ended_at.is_(None))
    return list(connection.execute(live.order_by(*keys[order])).scalars())


@pytest.mark.parametrize("order", ["newest", "name-down"])
def test_pages_show_everybody_once_forwards_and_back(sqlite_office: Office, order: Order) -> None:
    crowd = fill(sqlite_office.node.work.database, 120)
    member = sqlite_office.signed_in_as(crowd)

    forwards = paged(member, at(crowd, f"?order={order}"), "Weiter")
    last = at(crowd, f"?order={order}&after={forwards[-2][-1]}")
    back = paged(member, last, "Zurück")

    assert [len(page) for page in forwards] == [50, 50, 20]
    assert [code for page in forwards for code in page] == sqlite_office.read(in_order, order)
    assert back == forwards[::-1]


def test_equal_names_and_equal_instants_are_paged_on_both_databases(office: Office, crowd: AnEvent) -> None:
    def alike(connection: Connection) -> None:
        row = connection.execute(select(registration.c.created_at).limit(1)).scalar_one()
        connection.execute(update(registration).values(sort_key="beispiel  erika", created_at=row))

    office.write(alike)
    member = office.signed_in_as(crowd)

    for order in ("name-down", "newest"):
        forwards = paged(member, at(crowd, f"?order={order}"), "Weiter")
        assert [code for page in forwards for code in page] == office.read(in_order, order)


def test_who_is_renamed_between_two_pages_makes_nobody_else_vanish(sqlite_office: Office) -> None:
    crowd = fill(sqlite_office.node.work.database, 120)
    member = sqlite_office.signed_in_as(crowd)
    everybody = sqlite_office.read(in_order, "name")
    first = see(member, at(crowd, "?order=name"))

    sqlite_office.write(change, everybody[10], sort_key="zzz")  # from this page to the last
    sqlite_office.write(change, everybody[60], sort_key="aaa")  # from the next one to the first
    following = paged(member, links(first, "pages")["Weiter"], "Weiter")

    assert [code for page in following for code in page] == [*everybody[50:60], *everybody[61:], everybody[10]]


def test_who_has_left_since_still_says_where_the_list_goes_on(sqlite_office: Office) -> None:
    crowd = fill(sqlite_office.node.work.database, 120)
    member = sqlite_office.signed_in_as(crowd)
    everybody = sqlite_office.read(in_order, "name")
    first = see(member, at(crowd, "?order=name"))

    for code in everybody[48:50]:
        sqlite_office.write(change, code, ended_at=sqlite_office.now, ended_by="self")

    assert codes(see(member, links(first, "pages")["Weiter"])) == everybody[50:100]


def test_heads_say_how_the_table_is_sorted_and_turn_it(sqlite_office: Office) -> None:
    crowd = fill(sqlite_office.node.work.database, 3)
    member = sqlite_office.signed_in_as(crowd)
    page = see(member, at(crowd))

    turned = {name: links(page)[name] for name in ("Name", "Eingang")}

    assert 'aria-sort="descending"' in page.partition("Name</a>")[2].partition("Eingang")[0]
    assert {name: address.partition("?")[2] for name, address in turned.items()} == {
        "Name": "order=name",
        "Eingang": "order=oldest",
    }
    assert codes(see(member, turned["Eingang"])) == codes(page)[::-1]


def test_after_the_deadline_the_table_is_sorted_by_name(sqlite_office: Office) -> None:
    crowd = fill(sqlite_office.node.work.database, 20)
    member = sqlite_office.signed_in_as(crowd)
    event = sqlite_office.read(events.current, crowd.slug)

    before, sqlite_office.now = codes(see(member, at(crowd))), event.row["closes_at"]
    member = sqlite_office.signed_in_as(crowd)

    assert before == sqlite_office.read(in_order, "newest")
    assert codes(see(member, at(crowd))) == sqlite_office.read(in_order, "name")


def test_large_lists_are_walked_to_the_same_pages(office: Office) -> None:
    """What is found as a set where it is small is found by walking where it is large; nobody sees which."""
    made, _ = people(office)

    def both(connection: Connection) -> None:
        event = events.current(connection, made.slug)
        for asked, _ in TAKES.values():
            fields = {name: (value,) for name, value in asked.items()}
            wanted = registrations.wanted(event, registrations.asked(event, fields, office.now).filter)
            reaches = [Reach("newest", 4), Reach("name", 4, ("spat  ada", made.id), back=True)]
            pages = [registration_table.page(connection, made.id, wanted, reach) for reach in reaches]
            walked = [registration_table.walk(connection, made.id, wanted, reach) for reach in reaches]
            assert [page and page.ids for page in pages] == walked, asked

    office.read(both)


def test_what_is_too_large_for_a_set_is_walked(sqlite_office: Office) -> None:
    made, _ = people(sqlite_office)

    def found(connection: Connection) -> list[bool]:
        wanted = registrations.wanted(events.current(connection, made.slug), registrations.Filter(sqlite_office.now))
        reaches = [Reach("name", 4, most=most) for most in (10, 11)]
        return [registration_table.page(connection, made.id, wanted, reach) is None for reach in reaches]

    assert sqlite_office.read(found) == [True, False]


def statements(office: Office, member: Member, path: str) -> list[str]:
    with office.counted() as sent:
        see(member, path)
    return [each for each in sent if not ("event.revision" in each and "programme_version" in each)]


QUERIES = ("", "?q=beispiel", "?forum=forum-1", "?forum=~foren", "?status=waiting", "?mark=undeliverable&status=all")


def test_a_page_costs_the_same_at_5_and_at_500(office: Office) -> None:
    costs = {}
    for size in (5, 500):
        made = fill(office.node.work.database, size, f"mit-{size}", first=size)
        member = office.signed_in_as(made, needs=True)
        first = see(member, at(made))
        paths = [at(made, query) for query in QUERIES] + [at(made, f"?after={codes(first)[0]}")]
        paths += [at(made, "/addresses"), f"/manage/events/{made.slug}", "/manage"]
        costs[size] = [len(statements(office, member, path)) for path in paths]

    session = 1
    table = session + 3 + 1 + 3  # the numbers; whom the filter takes; their rows, places and marks
    assert costs[500] == costs[5] == [table] * len(QUERIES) + [table + 1, session + 1, session + 3, session + 3]


def test_a_place_far_behind_is_not_counted_to_the_end(sqlite_office: Office) -> None:
    """A number of the waiting list is told up to a thousand, however many wait."""
    made = fill(sqlite_office.node.work.database, 1_000)
    member = sqlite_office.signed_in_as(made)

    told = [row[3] for row in rows(see(member, at(made, "?status=waiting&order=oldest")))]

    assert [text.partition("(")[2] for text in told] == [f"Warteliste {number})" for number in range(1, 11)]
