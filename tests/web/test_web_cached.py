"""Pages kept as bytes: never staler than 100 ms, exact to the microsecond of a deadline, written no oftener than needed."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from confman.http import cached
from confman.http.pages import Rendered
from confman.store.events import event
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, STARTS, APart, a_registration, an_event

PAGE = "/events/abschlusskonferenz"
CLOSES = STARTS - timedelta(days=5)
GERMAN = {"accept-language": "de", "accept-encoding": "identity"}


def show(site: Api, path: str = PAGE, **headers: str) -> Any:
    return site.get(path, headers={**GERMAN, **headers})


def later(site: Api) -> None:
    """The version is compared at most every 100 ms, which now are over."""
    site.loop.run(asyncio.sleep(0.11))


def set_event(connection: Connection, **values: Any) -> None:
    connection.execute(update(event).values(revision=event.c.revision + 1, **values))


def register(site: Api, made: Any, *families: str) -> None:
    asks = [a_registration(made, family) for family in families]
    site.write(lambda connection: settle_batch(connection, made.id, asks, lambda: NOW, RulesCache()))


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of each page as it is written."""
    sizes: list[int] = []
    pack = cached._pack

    def counted(page: Rendered) -> Any:
        sizes.append(len(page.body))
        return pack(page)

    monkeypatch.setattr(cached, "_pack", counted)
    return sizes


def test_a_warm_page_closes_at_the_very_instant_also_for_those_who_have_it(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    sqlite_site.node.pages._FRESH_SECONDS = sqlite_site.node.catalogue._FRESH_SECONDS = 600
    sqlite_site.now = CLOSES - timedelta(microseconds=1)
    before = show(sqlite_site)
    again = show(sqlite_site, **{"if-none-match": before.headers["etag"]})

    sqlite_site.now = CLOSES
    after = show(sqlite_site, **{"if-none-match": before.headers["etag"]})

    assert (before.status_code, again.status_code, after.status_code) == (200, 304, 200)
    assert again.content == b""
    assert again.headers["etag"] == before.headers["etag"] != after.headers["etag"]


def test_what_an_import_changes_is_seen_after_100_ms(site: Api) -> None:
    site.write(an_event)
    old = show(site)
    site.write(set_event, titles={"de": "Werkstatt im Speicher"})
    later(site)

    new = show(site, **{"if-none-match": old.headers["etag"]})

    assert (new.status_code, "Werkstatt im Speicher" in new.text) == (200, True)


def test_a_rush_writes_the_page_only_when_its_words_change(site: Api, written: list[int]) -> None:
    made = site.write(an_event, (APart("konferenz", 13),))
    free = show(site)
    for number in range(9):
        register(site, made, f"Adler{'abcdefghi'[number]}")
        later(site)
        assert show(site).headers["etag"] == free.headers["etag"]
    assert len(written) == 1

    register(site, made, "Zander")
    later(site)

    assert "nur noch wenige Plätze" in show(site).text
    assert len(written) == 2


def test_each_language_has_its_page_and_its_tag(sqlite_site: Api, written: list[int]) -> None:
    sqlite_site.write(an_event)

    german, english, asked = show(sqlite_site), show(sqlite_site, **{"accept-language": "en"}), f"{PAGE}?lang=en"
    chosen = show(sqlite_site, asked)

    assert [page.headers["content-language"] for page in (german, english, chosen)] == ["de", "en", "en"]
    assert {page.headers["vary"] for page in (german, english, chosen)} == {"Accept-Language, Accept-Encoding"}
    assert len({page.headers["etag"] for page in (german, english, chosen)}) == 3
    assert len(written) == 3


def test_who_takes_gzip_gets_the_same_packed_under_a_tag_of_its_own(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    plain = show(sqlite_site)

    packed = show(sqlite_site, **{"accept-encoding": "gzip"})
    known = show(sqlite_site, **{"accept-encoding": "gzip", "if-none-match": packed.headers["etag"]})
    other = show(sqlite_site, **{"accept-encoding": "gzip", "if-none-match": plain.headers["etag"]})

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # httpx unpacks
    assert int(packed.headers["content-length"]) < len(plain.content)
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert (known.status_code, other.status_code) == (304, 200)


def test_head_tells_the_length_and_sends_nothing(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    page = show(sqlite_site)

    head = sqlite_site.ask("HEAD", PAGE, headers=GERMAN)

    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers} == {**page.headers}
    assert int(head.headers["content-length"]) == len(page.content)


def test_an_entry_in_the_address_of_an_open_event_is_not_kept(sqlite_site: Api, written: list[int]) -> None:
    sqlite_site.write(an_event)

    pages = {show(sqlite_site, f"{PAGE}?entry={sign * 22}").text for sign in "abc"}

    assert len(pages) == 1
    assert "entry" not in pages.pop()


def test_an_event_behind_a_code_is_kept_by_nobody(sqlite_site: Api, written: list[int]) -> None:
    from confman.http.entry import entry_to
    from confman.usecases.importing_codes import sealed

    made = sqlite_site.write(an_event, visibility="code", access_code_hash=sealed("lindenblatt"))
    view = sqlite_site.loop.run(sqlite_site.node.catalogue.get("abschlusskonferenz"))

    answer = show(sqlite_site, f"{PAGE}?entry={entry_to(sqlite_site.node, view)}")

    assert (answer.status_code, answer.headers["cache-control"], "etag" in answer.headers) == (200, "no-store", False)
    assert (made.id, written) == (view.id, [])


def test_many_who_come_at_once_are_answered_by_one_look(sqlite_site: Api, written: list[int]) -> None:
    sqlite_site.write(an_event)
    show(sqlite_site)
    later(sqlite_site)

    async def rush() -> list[Any]:
        return await asyncio.gather(*(sqlite_site.client.get(PAGE, headers=GERMAN) for _ in range(20)))

    with sqlite_site.counted() as statements:
        answers = sqlite_site.loop.run(rush())

    assert {answer.status_code for answer in answers} == {200}
    assert len(statements) <= 4  # two for the page, up to two for the catalogue
    assert len(written) == 1


def test_the_number_of_kept_pages_is_bounded(sqlite_site: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached.PageCache, "_AT_MOST", 2)
    for slug in ("a", "b", "c"):
        sqlite_site.write(an_event, slug=slug)
        show(sqlite_site, f"/events/{slug}")

    assert len(sqlite_site.node.pages._known) == 1


def test_what_is_no_longer_shown_is_forgotten(sqlite_site: Api) -> None:
    sqlite_site.write(an_event)
    show(sqlite_site)
    sqlite_site.node.catalogue._FRESH_SECONDS = 600
    sqlite_site.write(set_event, announced_at=None, published_at=None)
    later(sqlite_site)

    assert show(sqlite_site).status_code == 404
    assert sqlite_site.node.pages._known == {}
