"""What is left of the erased: numbers, a mark for their link, and nothing else."""

from datetime import timedelta

from sqlalchemy import Connection, func, insert, select, update

from confman.kernel.security import Purpose
from confman.store.audit import audit
from confman.store.hosts import attempt
from confman.store.outbox import letter
from confman.store.registrations import erased, erasure, registration, submission
from tests.builders import NOW, an_event
from tests.journeys.nights import (
    ALL_DUE,
    DEADLINE_OVER,
    FORUMS,
    LONG_AFTER,
    SLUG,
    confirmed,
    families,
    link_to,
    night,
    protocol,
)
from tests.world import World


def test_a_second_night_does_nothing(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler", "Bussard")
    world.run_jobs()
    first = night(world, ALL_DUE)
    told = protocol(world)

    with world.counted() as sent:
        second = world.run_night()

    assert (first > 0, second, protocol(world)) == (True, 0, told)
    assert [statement for statement in sent if not statement.lstrip("( ").upper().startswith("SELECT")] == []


def test_the_protocol_keeps_numbers_for_ever_and_no_names(world: World) -> None:
    made = world.write(an_event, FORUMS)
    confirmed(world, "Adler", "Bussard", "Zander", choices={"foren": "f2"})
    world.run_jobs()

    night(world, ALL_DUE)
    night(world, LONG_AFTER)

    assert protocol(world) == {"registrations": 3, "letters": 6, "places": 6}
    held = select(erasure.c.unit_id, erasure.c.number).where(erasure.c.unit_id.is_not(None))
    assert dict(world.read(lambda conn: [tuple(row) for row in conn.execute(held)])) == {
        made.units["konferenz"]: 3,
        made.units["f2"]: 3,
    }
    assert world.read(lambda conn: conn.execute(select(func.count()).where(erasure.c.wiped_at.is_(None))).scalar()) == 0


def test_the_history_keeps_what_was_done_and_forgets_to_whom(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler")

    night(world, ALL_DUE)

    rows = select(audit.c.verb, audit.c.subject, audit.c.facts).order_by(audit.c.id)
    done = world.read(lambda conn: [tuple(row) for row in conn.execute(rows)])
    assert done == [("register", "", None), ("confirm", "", None)]


def test_the_links_of_the_erased_say_that_they_were_for_a_year(world: World) -> None:
    world.write(an_event, FORUMS)
    confirmed(world, "Adler")
    [row] = world.read(lambda conn: conn.execute(select(registration)).all())
    sign = world.node.secrets.sign_link
    called_back = f"/r/{sign(Purpose.MANAGE, row.id, 7)}"
    link, feed = f"/r/{sign(Purpose.MANAGE, row.id, 0)}", f"/my/{sign(Purpose.FEED, row.id, 0)}/calendar.ics"
    assert world.get(feed).status_code == 200

    night(world, ALL_DUE)

    assert "26. Juli 2027" in world.page(link)
    assert [world.get(path).status_code for path in (link, called_back, feed)] == [410, 404, 404]
    assert [world.press(f"{link}/{noun}").status_code for noun in ("confirmation", "cancellation")] == [404, 404]
    world.now = ALL_DUE + timedelta(days=370)
    world.run_jobs()
    assert world.get(link).status_code == 404
    assert world.read(lambda conn: conn.execute(select(func.count()).select_from(erased)).scalar()) == 0


def test_a_letter_that_names_two_goes_with_the_first_of_them(world: World) -> None:
    """Both registrations are over one mailbox and were told of in one mail."""
    world.write(an_event, FORUMS)
    for family in ("Adler", "Bussard"):
        world.register(SLUG, family, email="vorzimmer@lindenbrueck.example")
    world.run_jobs()
    world.press(f"{link_to(world, 'Adler')}/confirmation")
    world.run_jobs()
    world.now = NOW + timedelta(days=8)
    world.run_jobs()

    night(world, DEADLINE_OVER)

    files = list((world.data_dir / "letters").glob("*"))
    assert families(world) == ["Adler"]
    assert [path.name for path in files if b"Bussard" in path.read_bytes()] == []
    assert len(files) == 1


def test_what_a_crash_left_in_the_folder_of_letters_goes(world: World) -> None:
    folder = world.data_dir / "letters"
    folder.mkdir()
    for name in ("0123@b.example.eml", ".4567@b.example.99"):
        (folder / name).write_text("Adler")

    world.now = LONG_AFTER
    world.run_night()

    assert list(folder.iterdir()) == []


def test_receipts_and_attempts_go_within_the_hour_and_the_day(world: World) -> None:
    made = world.write(an_event, FORUMS)

    def filled(conn: Connection) -> None:
        for number, minutes in enumerate((-1, 0, 1)):
            expires_at = NOW + timedelta(minutes=minutes)
            key = bytes([number]) * 32
            body = {"family_name": f"Adler{number}"}
            conn.execute(
                insert(submission).values(
                    receipt_hash=key, event_id=made.id, body=body, answer={}, expires_at=expires_at
                )
            )
            conn.execute(insert(attempt).values(key_hash=key, window_at=expires_at - timedelta(days=1), count=1))

    world.write(filled)
    world.run_jobs()

    assert world.read(lambda conn: conn.execute(select(submission.c.body)).scalars().all()) == [
        {"family_name": "Adler2"}
    ]
    assert world.read(lambda conn: conn.execute(select(attempt.c.key_hash)).scalars().all()) == [bytes([2]) * 32]


def test_a_letter_that_lost_its_registration_is_not_kept_for_ever(world: World) -> None:
    world.write(an_event, FORUMS)
    for family in ("Adler", "Bussard"):
        world.register(SLUG, family)
    world.run_jobs()
    theirs = select(registration.c.id).where(registration.c.family_name == "Adler").scalar_subquery()
    world.write(
        lambda conn: conn.execute(update(letter).where(letter.c.registration_id == theirs).values(registration_id=None))
    )

    world.now = NOW + timedelta(days=31)
    world.run_jobs()
    world.run_night()

    letters = select(letter.c.recipient)
    assert world.read(lambda conn: conn.execute(letters).scalars().all()) == ["bussard@lindenbrueck.example"]
    assert len(world.letters_to("Adler")) == 0
