"""One's own badge, to print at home where the organisers allow it: a page of A6, as one of theirs."""

from sqlalchemy import Connection

from confman.usecases.badges import Tickets, badge_of
from confman.usecases.events import EventView
from confman.usecases.my_registration import Mine

_SHEET = "a6-page"


def pdf_of(connection: Connection, registration: Mine, event: EventView, tickets: Tickets) -> bytes:
    from confman.render.badges import BadgeOptions, badges  # noqa: PLC0415 - loads reportlab: not before the first badge
    from confman.render.label_sheets import sheet  # noqa: PLC0415 - as above

    found = badge_of(connection, event, registration.id, tickets)
    return badges(found.badges, sheet(_SHEET), BadgeOptions(found.title, found.language)).pdf
