"""All that the page of one's own registration shows beside its row and its places."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from confman.usecases import documents
from confman.usecases.documents import Offered
from confman.usecases.events import EventView, told_availability
from confman.usecases.my_choices import PartChoice, parts_of
from confman.usecases.my_details import Details, belongings, details_of
from confman.usecases.my_registration import Mine
from confman.usecases.my_wishes import Wish, wishes_of


@dataclass(frozen=True, slots=True)
class Whole:
    parts: tuple[PartChoice, ...]
    details: Details
    wishes: tuple[Wish, ...]
    documents: tuple[Offered, ...]


def whole(connection: Connection, registration: Mine, event: EventView, language: str, now: datetime) -> Whole:
    """Five statements."""
    available = told_availability(connection, event, now)
    own = belongings(connection, registration.id)
    return Whole(
        parts_of(registration, event, available, language, now),
        details_of(registration, own, event),
        tuple(wishes_of(own, event)),
        documents.of_event(connection, event.id, language, now),
    )
