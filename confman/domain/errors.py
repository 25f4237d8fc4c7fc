"""Refusals: what cannot be done, with the facts that explain it. They know neither HTTP nor language.

`slug` names the problem for programs (docs/problems/<slug>.md), `says` is the sentence for people, translated at the
edge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Marks a text for the catalogue."""
    return text


class Refusal(Exception):
    """Base of all refusals; subclasses are dataclasses without `frozen` (contextlib must set `__traceback__`)."""

    slug: ClassVar[str]
    says: ClassVar[str]


@dataclass(eq=False)
class Full(Refusal):
    """`units`: every wanted part, session or option that is neither free nor waitable, in the order asked."""

    slug: ClassVar[str] = "full"
    says: ClassVar[str] = N_(
        "There are no free places left. Nothing was recorded; please choose something else or, where there is one, the "
        "waiting list."
    )
    units: tuple[UUID, ...]


@dataclass(eq=False)
class NotOpen(Refusal):
    slug: ClassVar[str] = "not-open"
    says: ClassVar[str] = N_("Registration is not open yet. Nothing was recorded.")
    opens_at: datetime | None


@dataclass(eq=False)
class DeadlinePassed(Refusal):
    slug: ClassVar[str] = "deadline-passed"
    says: ClassVar[str] = N_("The deadline for this has passed. Nothing was changed.")
    closed_at: datetime


@dataclass(eq=False)
class Clash(Refusal):
    """`units`: the two that overlap in time."""

    slug: ClassVar[str] = "clash"
    says: ClassVar[str] = N_("Two of your choices take place at the same time. Please choose one of them.")
    units: tuple[UUID, UUID]


@dataclass(eq=False)
class ChoiceMissing(Refusal):
    """`slots`: those that demand a choice; empty where not even a part was chosen."""

    slug: ClassVar[str] = "choice-missing"
    says: ClassVar[str] = N_("A choice is missing. Nothing was recorded; please choose and send again.")
    slots: tuple[UUID, ...]


@dataclass(eq=False)
class KeyReused(Refusal):
    slug: ClassVar[str] = "key-reused"
    says: ClassVar[str] = N_("This Idempotency-Key was used for another registration. Use a new key for a new request.")


@dataclass(eq=False)
class TooManyForAddress(Refusal):
    slug: ClassVar[str] = "too-many-for-address"
    says: ClassVar[str] = N_("Registrations for one e-mail address: at most {limit}. Nothing was recorded.")
    limit: int


@dataclass(eq=False)
class IdentityTaken(Refusal):
    slug: ClassVar[str] = "identity-taken"
    says: ClassVar[str] = N_("This person is registered with this e-mail address already. Nothing was changed.")


@dataclass(eq=False)
class Ended(Refusal):
    slug: ClassVar[str] = "ended"
    says: ClassVar[str] = N_("This registration has ended and cannot be changed any more.")


@dataclass(eq=False)
class NotConfirmed(Refusal):
    """For what causes letters to others: whoever asks has to have shown first that their own mailbox is theirs."""

    slug: ClassVar[str] = "not-confirmed"
    says: ClassVar[str] = N_(
        "Please confirm your registration first; then you can change the address here. If the first e-mail went to a "
        "misspelled address, correct it on the page that you saw after registering."
    )


@dataclass(eq=False)
class Unknown(Refusal):
    """Something in the request does not exist (any more)."""

    slug: ClassVar[str] = "unknown"
    says: ClassVar[str] = N_("Something you chose does not exist any more. Nothing was recorded; please choose again.")
    ids: tuple[UUID, ...] = ()


@dataclass(eq=False)
class Outdated(Refusal):
    slug: ClassVar[str] = "outdated"
    says: ClassVar[str] = N_("This has been changed since you read it. Nothing was changed; please read it again.")


@dataclass(eq=False)
class EventCancelled(Refusal):
    slug: ClassVar[str] = "event-cancelled"
    says: ClassVar[str] = N_("This event has been cancelled. Nothing was recorded.")


@dataclass(eq=False)
class CannotRestore(Refusal):
    """What many were asked for at once cannot be taken back any more, and why: all reasons together.

    `changed`: registrations that are otherwise than it left them; `returned`: cancelled by it, registered anew since;
    `passed`: who would have passed, with their new place, one who is put back into the line; `units`: full or gone.
    """

    slug: ClassVar[str] = "cannot-restore"
    says: ClassVar[str] = N_("This cannot be undone any more, for something has changed since. Nothing was changed.")
    changed: tuple[UUID, ...] = ()
    returned: tuple[UUID, ...] = ()
    passed: tuple[UUID, ...] = ()
    units: tuple[UUID, ...] = ()


@dataclass(eq=False)
class BelowHeld(Refusal):
    slug: ClassVar[str] = "below-held"
    says: ClassVar[str] = N_("{held} places are taken; the capacity cannot be {capacity} unless you insist.")
    unit: UUID
    capacity: int
    held: int


@dataclass(eq=False)
class NotFound(Refusal):
    slug: ClassVar[str] = "not-found"
    says: ClassVar[str] = N_("There is nothing at this address.")


@dataclass(eq=False)
class NotAllowed(Refusal):
    slug: ClassVar[str] = "not-allowed"
    says: ClassVar[str] = N_("You are not allowed to do this.")


@dataclass(eq=False)
class Overloaded(Refusal):
    """Nothing was recorded."""

    slug: ClassVar[str] = "overloaded"
    says: ClassVar[str] = N_("Very many people are registering right now. Please send again in a minute.")
    retry_after_seconds: int = 30


@dataclass(eq=False)
class Interrupted(Refusal):
    """The database went away around the commit: it may have been recorded."""

    slug: ClassVar[str] = "interrupted"
    says: ClassVar[str] = N_("It may have been recorded. Sending the same again is safe.")
    retry_after_seconds: int = 10


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what was sent: where (names from the outside in), a sentence, and the facts in it."""

    path: tuple[str | int, ...]
    says: str
    facts: tuple[tuple[str, str | int], ...] = ()


@dataclass(eq=False)
class Malformed(Refusal):
    """What was sent cannot be understood or accepted as it is; `faults` name every field."""

    slug: ClassVar[str] = "malformed"
    says: ClassVar[str] = N_("Please check what you sent. Nothing was recorded.")
    faults: tuple[Fault, ...] = ()


@dataclass(eq=False)
class NotSignedIn(Refusal):
    slug: ClassVar[str] = "not-signed-in"
    says: ClassVar[str] = N_("This needs a valid token.")


@dataclass(eq=False)
class TooOften(Refusal):
    slug: ClassVar[str] = "too-often"
    says: ClassVar[str] = N_("Too many attempts. Nothing was recorded; please try again later.")
    retry_after_seconds: int
