"""What is wrong with an event book: where it stands and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the file: its line from 1 and the path of the field, such as `events[2].parts[0].capacity`."""

    line: int
    path: str
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def of(self, name: str) -> "Spot":
        """Where the field of that name stands; where it is left out, the place it would belong to."""
        return Spot(self.lines.get(name, self.line), f"{self.path}.{name}" if self.path else name)


NOWHERE = Spot(0, "")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `says` is a message of the catalogues with `{placeholders}` that `facts` fill."""

    spot: Spot
    says: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def text(self, file: str, says: str | None = None) -> str:
        """`programme.yaml:41: events[2].parts[0].capacity: must be …`; `says` may be the translated message."""
        where = f"{file}:{self.spot.line}" if self.spot.line else file
        told = (says or self.says).format(**self.facts)
        return f"{where}: {self.spot.path}: {told}" if self.spot.path else f"{where}: {told}"


class BookRefused(Exception):
    """The book has faults; all that were found are here, in the order of the file. Nothing of it was recorded."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.spot.line))
        super().__init__("\n".join(fault.text(file) for fault in self.faults))
