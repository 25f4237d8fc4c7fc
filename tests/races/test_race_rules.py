"""Would the count see it? Each rule that the races watch is broken once by hand."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from confman.kernel.clock import system_clock
from confman.usecases import work
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.builders import APart, ASession, ASlot, a_registration
from tests.races.harness import FAR, RULES, an_open_event, faults, opened

PART = "unit_id = (SELECT id FROM unit WHERE kind = 'part')"
BREACHES: dict[str, tuple[str, ...]] = {
    "held_is_the_sum_of_its_places": ("UPDATE unit SET held = 1 WHERE kind = 'part'",),
    "waiting_is_the_sum_of_its_places": ("UPDATE unit SET waiting = 2 WHERE kind = 'part'",),
    "no_place_is_given_twice": ("PRAGMA ignore_check_constraints = ON", "UPDATE unit SET held = 3 WHERE kind = 'part'"),
    "the_ceiling_is_no_higher_than_it_must_be": ("UPDATE unit SET ceiling = 3 WHERE kind = 'part'",),
    "nobody_waits_beside_a_free_place": ("UPDATE unit SET capacity = 3, ceiling = 3 WHERE kind = 'part'",),
    "nobody_is_overtaken": (f"UPDATE place SET seq = seq + 100 WHERE state = 'held' AND {PART}",),
    "a_person_has_one_place_of_a_state_per_slot": (
        "DROP INDEX uq_place_one_held_per_lane",
        "UPDATE place SET lane = (SELECT id FROM slot) WHERE state = 'held'",
    ),
    "nobody_is_registered_twice": (
        "DROP INDEX uq_registration_live_identity",
        "UPDATE registration SET email_key = 'a@b.example', name_key = 'a'",
    ),
    "every_number_is_given_once": ("UPDATE place SET seq = 1",),
    "no_number_is_ahead_of_the_ledger": ("UPDATE ledger SET seq = 1",),
    "a_session_is_taken_only_with_its_part": (f"UPDATE place SET state = 'waiting' WHERE {PART}",),
    "an_ended_registration_has_only_released_places": ("UPDATE registration SET ended_at = 1, ended_by = 'self'",),
    "nobody_is_registered_for_nothing": ("UPDATE place SET state = 'released'",),
    "everybody_gets_a_letter": ("DELETE FROM letter",),
}


@pytest.fixture
def connection(sqlite_url: str) -> Iterator[Connection]:
    """Two who hold a place and a forum, one who waits; what is done here is undone."""
    forums = ASlot("morning", [ASession("red"), ASession("blue")])
    with opened(sqlite_url) as database:
        made = work.write(database, an_open_event, parts=[APart(places=2, slots=[forums], starts_at=FAR)])
        asks = [a_registration(made, name, choices={"morning": "red"}) for name in ("Ada", "Emmy", "Lise")]
        work.write(database, settle_batch, made.id, asks, system_clock, RulesCache())
        with database.write.connect() as opened_connection, opened_connection.begin() as transaction:
            yield opened_connection
            transaction.rollback()


def test_an_event_as_it_should_be_breaks_no_rule(connection: Connection) -> None:
    assert faults(connection) == {}


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_rule_is_counted(connection: Connection, rule: str) -> None:
    for statement in BREACHES[rule]:
        connection.exec_driver_sql(statement)

    assert faults(connection)[rule] >= 1
