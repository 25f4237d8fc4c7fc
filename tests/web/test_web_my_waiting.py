"""What „My registration“ tells of a waiting list."""

from tests.api_node import Api
from tests.builders import APart, an_event
from tests.web.attendee import confirmed, register

SMALL = (APart("konferenz", 1),)


def test_the_position_is_told_only_to_who_has_confirmed(site: Api) -> None:
    made = site.write(an_event, SMALL)
    register(site, made, "Adler")

    unconfirmed, sure = register(site, made, "Busch"), confirmed(site, made, "Cramer")

    assert "Warteliste" in unconfirmed.reads()
    assert "Platz 1" not in unconfirmed.reads()
    assert "Warteliste, Platz 2" in sure.reads()
