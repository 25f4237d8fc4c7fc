"""Until when people are kept: each kind of data goes on its day, and what is not due stays."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from confman.kernel.ids import new_id
from confman.store.events import event
from confman.store.hosts import host
from confman.store.outbox import letter
from confman.store.programme import part, unit
from confman.store.registrations import answer, answer_sensitive, place, registration
from tests.builders import NOW, APart, a_consent, a_limited_question, a_question, an_event
from tests.journeys.nights import (
    A_MOMENT,
    ALL_DUE,
    ANSWERS_DUE,
    DEADLINE_OVER,
    FORUMS,
    LONG_AFTER,
    NEEDS_DUE,
    SLUG,
    are_right,
    confirmed,
    families,
    link_to,
    night,
    protocol,
)
from tests.world import World


def test_each_kind_of_people_goes_on_its_day(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler", "Bussard", choices={"foren": "f1"})
    confirmed(world, "Zander", "Wartend")
    world.register(SLUG, "Vergessen")
    world.run_jobs()
    world.press(f"{link_to(world, 'Zander')}/cancellation")
    confirmed(world, "Zeisig")
    world.now = NOW + timedelta(days=10)
    world.run_jobs()

    left = []
    for due in (DEADLINE_OVER, ANSWERS_DUE, ALL_DUE):
        night(world, due - A_MOMENT)
        before = families(world)
        night(world, due)
        left.append((before, families(world), are_right(world)))

    everybody = ["Adler", "Bussard", "Vergessen", "Wartend", "Zander", "Zeisig"]
    assert left == [
        (everybody, ["Adler", "Bussard", "Wartend", "Zander", "Zeisig"], True),
        (["Adler", "Bussard", "Wartend", "Zander", "Zeisig"], ["Adler", "Bussard", "Wartend"], True),
        (["Adler", "Bussard", "Wartend"], [], True),
    ]


def test_until_the_deadline_plus_a_week_a_late_click_brings_back_who_lapsed(world: World) -> None:
    world.write(an_event, FORUMS)
    world.register(SLUG, "Vergessen")
    world.run_jobs()
    night(world, DEADLINE_OVER - timedelta(days=2))
    world.run_jobs()

    answer_ = world.press(f"{link_to(world, 'Vergessen')}/confirmation")
    night(world, DEADLINE_OVER)

    assert answer_.status_code in {303, 409}
    assert families(world) == ["Vergessen"]


def test_what_still_holds_a_place_unconfirmed_lapses_first_and_hands_it_on(world: World) -> None:
    """Its letter never left: the mail server was away all the time."""
    world.write(an_event, (APart("konferenz", 1),), closes_at=NOW + timedelta(days=1))
    world.register(SLUG, "Vergessen")
    world.register(SLUG, "Wartend")
    world.write(
        lambda conn: conn.execute(
            update(registration).where(registration.c.family_name == "Wartend").values(confirmed_at=NOW)
        )
    )

    night(world, NOW + timedelta(days=9))

    states = select(registration.c.family_name, place.c.state).join(place)
    assert world.read(lambda conn: [tuple(row) for row in conn.execute(states)]) == [("Wartend", "held")]
    assert are_right(world)


def test_answers_go_before_their_registration_and_needs_before_other_answers(world: World) -> None:
    made = world.write(an_event, FORUMS)
    for key, more in (("frage", {}), ("bald", {"erase_days": 3}), ("bedarf", {"sensitive": True, "erase_days": 14})):
        world.write(a_question, made, key, **more)
    world.write(a_consent, made, "needs")
    given = {"frage": "Warum", "bald": "Jetzt", "bedarf": "Rampe"}
    confirmed(world, "Adler", answers=given, consents=["needs"])

    kept = []
    for due in (datetime(2027, 1, 29, 2, tzinfo=UTC), NEEDS_DUE, ANSWERS_DUE):
        night(world, due - A_MOMENT)
        before = answers_of(world)
        night(world, due)
        kept.append((before, answers_of(world)))

    assert kept == [
        (["Jetzt", "Rampe", "Warum"], ["Rampe", "Warum"]),
        (["Rampe", "Warum"], ["Warum"]),
        (["Warum"], []),
    ]
    assert families(world) == ["Adler"]
    listed = world.signed_in(made).get(f"events/{SLUG}/registrations").json()["registrations"]
    assert [(row["family_name"], row["answers"]) for row in listed] == [("Adler", {})]
    assert protocol(world) == {"answers": 2, "needs": 1}


def answers_of(world: World) -> list[str]:
    both = select(answer.c.value).union_all(select(answer_sensitive.c.value))
    return sorted(world.read(lambda conn: conn.execute(both).scalars().all()))


def test_with_a_limited_answer_its_place_goes(world: World) -> None:
    """Else the place would tell what was answered."""
    made = world.write(an_event, FORUMS)
    world.write(a_limited_question, made, "essen", vegan=1, alles=5)
    confirmed(world, "Adler", answers={"essen": "vegan"})

    night(world, ANSWERS_DUE)

    kinds = select(unit.c.kind).join(place, place.c.unit_id == unit.c.id)
    assert world.read(lambda conn: conn.execute(kinds).scalars().all()) == ["part"]
    assert are_right(world)


def test_whoever_read_a_registration_before_its_answers_went_cannot_change_it_unseen(world: World) -> None:
    made = world.write(an_event, FORUMS)
    world.write(a_question, made, "frage")
    confirmed(world, "Adler", answers={"frage": "Warum"})
    code = world.read(lambda conn: conn.execute(select(registration.c.code)).scalar_one())
    path = f"events/{SLUG}/registrations/{code}"
    before = world.signed_in(made).get(path).headers["etag"]

    night(world, ANSWERS_DUE)

    changed = world.patch(path, {"institution": "Amt"}, headers={"if-match": before})
    assert changed.status_code == 412


def test_what_the_same_person_does_elsewhere_is_not_touched(world: World) -> None:
    world.write(an_event, FORUMS)
    later = world.write(
        an_event, FORUMS, "fachtag", starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 1), closes_at=LONG_AFTER
    )
    confirmed(world, "Adler")
    world.register("fachtag", "Adler")
    world.run_jobs()

    night(world, ALL_DUE)

    assert world.read(lambda conn: conn.execute(select(registration.c.event_id)).scalars().all()) == [later.id]
    letters = select(letter.c.event_id).distinct()
    assert world.read(lambda conn: conn.execute(letters).scalars().all()) == [later.id]
    assert len(world.letters_to("Adler")) == 1


def test_whom_an_event_without_a_day_still_expects_stays_and_who_left_goes(world: World) -> None:
    made = world.write(an_event, FORUMS)
    confirmed(world, "Adler", "Zander")
    world.register(SLUG, "Vergessen")
    world.run_jobs()
    world.press(f"{link_to(world, 'Zander')}/cancellation")
    world.now = NOW + timedelta(days=8)
    world.run_jobs()
    becomes(
        world,
        made.id,
        starts_on=None,
        ends_on=None,
        starts_at=None,
        ends_at=None,
        closes_at=None,
        date_text={"de": "Herbst"},
    )

    world.write(lambda conn: conn.execute(update(part).values(starts_at=None, ends_at=None)))

    left = []
    for days in (14, 16, 29, 31, 4_000):
        night(world, NOW + timedelta(days=days))
        left.append(families(world))

    assert left == [
        ["Adler", "Vergessen", "Zander"],
        ["Adler", "Zander"],
        ["Adler", "Zander"],
        ["Adler"],
        ["Adler"],
    ]


def test_a_moved_event_moves_its_days(world: World) -> None:
    made = world.write(an_event, FORUMS)
    confirmed(world, "Adler")
    becomes(world, made.id, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 2))

    night(world, ALL_DUE)
    before = families(world)
    night(world, datetime(2027, 9, 2, 1, tzinfo=UTC))

    assert (before, families(world)) == (["Adler"], [])


def test_a_cancelled_event_is_over_on_that_day(world: World) -> None:
    made = world.write(an_event, FORUMS)
    world.write(a_question, made, "bedarf", sensitive=True, erase_days=14)
    world.write(a_consent, made, "needs")
    confirmed(world, "Adler", answers={"bedarf": "Rampe"}, consents=["needs"])
    becomes(world, made.id, cancelled_at=NOW + timedelta(days=1))

    night(world, NOW + timedelta(days=15))
    first = answers_of(world), families(world)
    night(world, datetime(2027, 5, 23, 2, tzinfo=UTC))

    assert (first, families(world)) == (([], ["Adler"]), [])


def test_a_host_may_keep_less_long(world: World) -> None:
    world.write(an_event, FORUMS)
    world.write(lambda conn: conn.execute(update(host).values(retention={"registration_days": 30})))
    confirmed(world, "Adler")

    night(world, datetime(2027, 2, 25, 1, 59, tzinfo=UTC))
    before = families(world)
    night(world, datetime(2027, 2, 25, 2, 0, tzinfo=UTC))

    assert (before, families(world)) == (["Adler"], [])


def becomes(world: World, event_id: UUID, **columns: Any) -> None:
    world.write(lambda conn: conn.execute(update(event).where(event.c.id == event_id).values(**columns)))


def test_trouble_with_one_event_keeps_nobody_elses_data(world: World) -> None:
    broken = world.write(an_event, FORUMS, "kaputt")
    world.write(an_event, FORUMS)
    confirmed(world, "Adler")
    world.write(in_event, broken.id, "Zander")
    becomes(world, broken.id, zone="Nirgends/Sonst")

    night(world, ALL_DUE)

    assert families(world) == ["Zander"]


def in_event(conn: Connection, event_id: UUID, family: str) -> None:
    """A copy of the only registration, in another event."""
    row = dict(conn.execute(select(registration)).mappings().one())
    row |= {"id": new_id(), "event_id": event_id, "family_name": family, "code": "other", "request_key": None}
    conn.execute(insert(registration).values(row))
