"""Everybody at once signs up, changes, cancels, while capacities go up and down: what must hold holds at every moment."""

import asyncio
from collections import Counter

from sqlalchemy import Connection, func, select

from confman.store.registrations import registration
from confman.usecases import work
from tests.builders import AnEvent, APart, ASession, ASlot, a_token
from tests.races.calling import Call, at_once, registering
from tests.races.harness import FAR, SIZE, Stopwatch, an_open_event, counts, faults_of, tell
from tests.races.sites import Site
from tests.races.storming import PARTS, Storm, code_of

PEOPLE = 24


def test_a_storm_breaks_no_rule_at_any_moment(site: Site) -> None:
    made = work.write(site.database, an_open_event, "storm", PARTS)
    token = work.write(site.database, a_token, made)
    storm = Storm(made, site.ports, site.database, token, SIZE.storm)
    watch = Stopwatch()

    asyncio.run(storm.rage(PEOPLE))

    seconds = watch.seconds
    assert storm.faults == []
    assert faults_of(site.database) == {}
    assert storm.samples >= 5
    assert storm.resizes >= 5
    assert storm.unequal == []
    assert {status for _, status in storm.statuses} == {200, 201, 202, 204, 409}
    assert work.read(site.database, mailboxes, made) == storm.live
    tell(f"storm on {site.name}", storm.sent, seconds, samples=storm.samples, resizes=storm.resizes)


def mailboxes(connection: Connection, made: AnEvent) -> set[str]:
    live = (registration.c.event_id == made.id) & registration.c.ended_at.is_(None)
    return set(connection.execute(select(registration.c.email_key).where(live)).scalars())


def test_one_key_sent_ten_times_at_once_is_one_registration(site: Site) -> None:
    made = work.write(site.database, an_open_event, "doubles", [APart(places=5, starts_at=FAR)])
    calls = [registering("doubles", f"Double{n}", key=f"key-{n}") for n in range(20) for _ in range(10)]

    answers = asyncio.run(at_once(site.ports, calls))

    assert Counter(answer.status for answer in answers) == {202: 200}
    told = [{answer.body for answer in answers[n : n + 10]} for n in range(0, 200, 10)]
    assert [len(bodies) for bodies in told] == [1] * 20
    assert work.read(site.database, counts, made) == {"conference": (5, 15)}
    assert work.read(site.database, registrations_of, made) == 20


def registrations_of(connection: Connection, made: AnEvent) -> int:
    mine = registration.c.event_id == made.id
    return connection.execute(select(func.count()).select_from(registration).where(mine)).scalar_one()


def test_two_who_want_each_others_forum_keep_theirs_until_the_other_is_free(site: Site) -> None:
    forums = ASlot("morning", [ASession("red", 1), ASession("blue", 1)])
    made = work.write(site.database, an_open_event, "swap", [APart(places=2, slots=[forums], starts_at=FAR)])
    token = work.write(site.database, a_token, made)
    first = [
        registering("swap", "Red", choices={"morning": "red"}),
        registering("swap", "Blue", choices={"morning": "blue"}),
    ]
    asyncio.run(at_once(site.ports, first))
    red, blue = (work.read(site.database, code_of, made, f"{name}@lindenbrueck.example") for name in ("red", "blue"))

    answers = asyncio.run(at_once(site.ports, [_to(token, red, "blue"), _to(token, blue, "red")]))

    assert [answer.status for answer in answers] == [200, 200]
    assert work.read(site.database, counts, made) == {"conference": (2, 0), "red": (1, 1), "blue": (1, 1)}
    assert faults_of(site.database) == {}


def _to(token: str, code: str, forum: str) -> Call:
    body = {"choices": {"morning": forum}, "accept_waiting": True}
    return Call("PATCH", f"/api/v1/events/swap/registrations/{code}", body, {"Authorization": f"Bearer {token}"})
