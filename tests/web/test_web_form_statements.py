"""What the form costs the database: the same however many are registered, and whoever sends it."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import settle_batch
from tests.api_node import Api
from tests.builders import NOW, APart, ASession, ASlot, a_question, a_registration, an_event
from tests.web.visitor import ANNA, EVENT, FORM, Visitor

FORUMS = ASlot("foren", (ASession("f1", 5_000), ASession("f2", 5_000)))
AVAILABILITY = 2  # the units, and who has confirmed and waits
LOCK, UNITS, PEOPLE, LETTERS = 1, 1, 1, 1
READ_BY_CLERK = LOCK + UNITS + PEOPLE + LETTERS
WRITTEN = 8  # registration, answers, places, units, letters, audit, submission, the ledger's number


def statements(site: Api, act: Callable[[], object]) -> int:
    """Without asking anew whether the view of the event is current, which happens ten times a second."""
    site.get(f"/api/v1/events/{EVENT}")
    with site.counted() as sent:
        act()
    return len([one for one in sent if not ("event.revision" in one and "programme_version" in one)])


@pytest.mark.parametrize("people", [1, 60])
def test_each_page_costs_a_fixed_number_of_statements(site: Api, people: int) -> None:
    made = site.write(an_event, (APart("konferenz", 5_000, slots=(FORUMS,)),))
    site.write(a_question, made, "ort")
    asks = [a_registration(made, f"Person{number}", choices={"foren": "f1"}) for number in range(people)]
    site.write(lambda c: settle_batch(c, made.id, asks, lambda: NOW, RulesCache()))
    visitor = Visitor(site)
    wanted = {**ANNA, "choice.foren": "f2", "answer.ort": "Köln"}
    visitor.register({**wanted, "family_name": "Erste"})  # the clerk learns the event's rules
    visitor.open()
    sent = visitor.send(wanted)
    visitor.open()

    costs = {
        "form": statements(site, visitor.open),
        "refused": statements(site, lambda: visitor.send({"family_name": ""})),
        "sent": statements(site, lambda: visitor.send({**wanted, "email": "neue@lindenbrueck.example"})),
        "received": statements(site, lambda: visitor.look(sent.address)),
        "again": statements(site, lambda: visitor.look(f"{FORM}?again={sent.address[-43:]}")),
    }

    assert costs == {
        "form": AVAILABILITY,
        "refused": AVAILABILITY,
        "sent": READ_BY_CLERK + WRITTEN,
        "received": 2,  # the submission, and since when letters wait
        "again": AVAILABILITY + 1,
    }


def test_overload_asks_the_database_nothing(site: Api) -> None:
    site.write(an_event)
    visitor = Visitor(site)
    visitor.open()
    site.now += timedelta(minutes=1)
    for _ in range(60):
        site.node.tries.count(
            site.loop.run(site.node.catalogue.get(EVENT)).id, ANNA["email"], int(site.now.timestamp())
        )

    assert statements(site, lambda: visitor.send(ANNA)) == 0
