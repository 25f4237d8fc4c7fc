"""From registrations to what the API shows of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from confman.api import schemas
from confman.domain.ledger.book import Answer
from confman.kernel.security import Secrets
from confman.usecases import letters
from confman.usecases.registration_views import Seat, Shown

_COMPUTED = ("status", "places", "answers", "consents", "links")
_COLUMNS = [name for name in schemas.ListedRegistration.__struct_fields__ if name not in _COMPUTED]


@dataclass(frozen=True)
class LinkMaker:
    base_url: str
    secrets: Secrets
    slug: str

    def of(self, row: RowMapping, *, may_write: bool) -> schemas.Links:
        """Without the right to write also without the link that changes a registration."""
        address = f"{self.base_url}/api/v1/events/{self.slug}/registrations/{row['code']}"
        if not may_write:
            return schemas.Links(self=address)
        return schemas.Links(self=address, manage=letters.Links(self.base_url, self.secrets).manage(row))


def listed(registration: Shown) -> schemas.ListedRegistration:
    return schemas.ListedRegistration(**_common(registration))


def shown(registration: Shown, links: schemas.Links) -> schemas.Registration:
    consents = [
        schemas.Consent(key=given.key, version=given.version, given_at=given.given_at)
        for given in registration.consents
    ]
    return schemas.Registration(**_common(registration), consents=consents, links=links)


def added(row: RowMapping, answer: Answer, seats: Iterable[Seat], links: schemas.Links) -> schemas.Added:
    return schemas.Added(code=row["code"], status=answer.outcome, places=places(seats), links=links)


def places(seats: Iterable[Seat]) -> list[schemas.Place]:
    return [
        schemas.Place(
            kind=seat.named.kind,
            slug=seat.named.slug,
            within=seat.named.within,
            state=seat.state,
            position=seat.position,
        )
        for seat in seats
    ]


def _common(registration: Shown) -> dict[str, Any]:
    return {
        **{name: registration.row[name] for name in _COLUMNS},
        "status": registration.status,
        "places": places(registration.seats),
        "answers": dict(registration.answers),
    }
