"""What one import carries from step to step, and what it says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection

from confman.kernel.ids import new_id
from confman.store import importing as store
from confman.store.audit import audit
from confman.usecases.book_faults import Fault, Spot
from confman.usecases.book_values import Book
from confman.usecases.importing_rows import Children, Written

What = Literal["host", "category", "body", "project", "series", "event"]
Became = Literal["created", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one thing of the book; `fields` names what changed of it, sorted."""

    what: What
    key: str
    became: Became
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """`letters`: how many are on their way to people whom changes concern."""

    lines: tuple[Line, ...]
    warnings: tuple[Fault, ...]
    letters: int = 0

    def of(self, became: Became) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.became == became)


@dataclass(frozen=True, slots=True)
class Importer:
    """Who imports, and when. `insist`: capacities may go below the places that are held (nobody loses one).

    `tells`: people whom a change of time, place or programme concerns are written to.
    """

    now: datetime
    actor: str
    insist: bool = False
    tells: bool = True


@dataclass(slots=True)
class Import:
    connection: Connection
    book: Book
    importer: Importer
    host_id: UUID = field(init=False)
    projects: dict[str, UUID] = field(default_factory=dict)
    series: dict[str, UUID] = field(default_factory=dict)
    bodies: dict[str, UUID] = field(default_factory=dict)
    documents: Children = field(init=False)
    document_keys: set[str] = field(default_factory=set)
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    scopes: set[tuple[str, UUID]] = field(default_factory=set)
    frame_changed: bool = False
    letters: int = 0

    @property
    def now(self) -> datetime:
        return self.importer.now

    def fault(self, spot: Spot, says: str, **facts: Any) -> None:
        self.faults.append(Fault(spot, says, facts))

    def tell(self, what: What, key: str, written: Written, others: frozenset[str] = frozenset()) -> bool:
        """Notes what became of a thing, `others` being what changed around its row; whether anything did."""
        changed = written.columns | others
        became: Became = "created" if written.is_new else "changed" if changed else "unchanged"
        told = () if written.is_new else tuple(sorted(changed))
        self.lines.append(Line(what, key, became, told))
        return became != "unchanged"

    def record(self, verb: str, subject: str, facts: Mapping[str, Any], event_id: UUID | None = None) -> None:
        """One line of the audit; facts without names of people."""
        row = {
            "id": new_id(),
            "event_id": event_id,
            "host_id": self.host_id,
            "at": self.now,
            "actor": self.importer.actor,
            "verb": verb,
            "subject": subject,
            "facts": dict(facts),
        }
        store.add(self.connection, audit, [row])
