"""Lists and badges that members of the team ask for, and the node that makes the large ones."""

import re
from typing import Any

from confman.domain.ledger.requests import Confirm, Register
from confman.jobs.downloading import Maker, Sources
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.api_node import BASE_URL
from tests.builders import NOW, AnEvent, a_registration
from tests.jobs.download_turns import many_people as many
from tests.office import Member, Office

__all__ = ["HOME", "asked", "confirmed", "made_by", "many", "refresh_of"]
HOME = "/manage/events/abschlusskonferenz"


def confirmed(office: Office, made: AnEvent, *families: str, **wanted: Any) -> None:
    """Anna of each family, registered and confirmed."""
    asks = [a_registration(made, family, **wanted) for family in families]
    office.write(settle_batch, made.id, asks, lambda: NOW, RulesCache())
    confirms = [Ask(Confirm(ask.request.id)) for ask in asks if isinstance(ask.request, Register)]
    office.write(settle_batch, made.id, confirms, lambda: NOW, RulesCache())


def asked(member: Member, home: str = HOME, **fields: str) -> str:
    """The address of a file that is made in the background."""
    answer = member.send(f"{home}/downloads", **{"kind": "badges", **fields})
    assert answer.status_code == 303, answer.text
    address: str = answer.headers["location"]
    assert re.fullmatch(rf"{home}/downloads/[0-9a-f-]{{36}}", address)
    return address


def made_by(office: Office) -> int:
    """All that waits, by this node."""
    sources = Sources(office.url, BASE_URL, office.node.settings.secrets)
    return office.loop.run(Maker(office.node.work, sources).make_due())


def refresh_of(answer: Any) -> str | None:
    refresh: str | None = answer.headers.get("refresh")
    return refresh
