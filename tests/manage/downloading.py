"""Lists and badges that members of the team ask for."""

from confman.domain.ledger.requests import Confirm, Register
from confman.usecases.ledger import RulesCache
from confman.usecases.registrar import Ask, settle_batch
from tests.builders import NOW, AnEvent, a_registration
from tests.office import Office

HOME = "/manage/events/abschlusskonferenz"


def confirmed(office: Office, made: AnEvent, *families: str, **wanted: object) -> None:
    """Anna of each family, registered and confirmed."""
    asks = [a_registration(made, family, **wanted) for family in families]  # type: ignore[arg-type]  # its own fields
    office.write(settle_batch, made.id, asks, lambda: NOW, RulesCache())
    confirms = [Ask(Confirm(ask.request.id)) for ask in asks if isinstance(ask.request, Register)]
    office.write(settle_batch, made.id, confirms, lambda: NOW, RulesCache())
