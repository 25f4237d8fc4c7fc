"""Who of a host's team may do what. A role is held for all events of a host or for one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Role(StrEnum):
    OWNER = "owner"
    ORGANISER = "organiser"
    DESK = "desk"
    READER = "reader"


class Right(StrEnum):
    NUMBERS = "numbers"  # which events there are, and their numbers
    PEOPLE = "people"  # see registrations, lists and letters
    ACT = "act"  # change anything of registrations, write letters
    ATTENDANCE = "attendance"  # names and whether they were there, and nothing else of anybody
    NEEDS = "needs"  # what people say of their health and their food
    TEAM = "team"  # who else may do what


GRANTS: Final[Mapping[Role, frozenset[Right]]] = {
    Role.OWNER: frozenset(Right) - {Right.NEEDS},
    Role.ORGANISER: frozenset({Right.NUMBERS, Right.PEOPLE, Right.ACT, Right.ATTENDANCE}),
    Role.DESK: frozenset({Right.NUMBERS, Right.ATTENDANCE}),
    Role.READER: frozenset({Right.NUMBERS, Right.PEOPLE}),
}
"""Without `NEEDS`: that is given to persons, beside whatever role, and never comes with one."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role as held; `event_id` None = all events of the host."""

    role: Role
    host_id: UUID
    event_id: UUID | None = None
    sees_needs: bool = False

    @property
    def rights(self) -> frozenset[Right]:
        return GRANTS[self.role] | ({Right.NEEDS} if self.sees_needs else frozenset())

    def reaches(self, host_id: UUID, event_id: UUID) -> bool:
        return self.host_id == host_id and self.event_id in {None, event_id}
