"""THE table of letters: what each is called, when it still holds, whether the dates go along, how soon it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from confman.domain.errors import N_

Holds = Literal["unconfirmed", "live", "ended", "somebody"]
"""Whom a letter may still be sent about: who has not confirmed, is registered, is not any more, or whoever there is."""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """`anybody`: caused by whoever types an address, so it goes along with others of its kind to that mailbox.

    `dates`: what is held goes along as a calendar file. `of_cancelled`: is sent also when the event is cancelled.
    `rank`: 0 leaves first, newest first (somebody sits and waits for it), 2 last. `names_day`: in the subject.
    `elsewhere`: to a mailbox that the registration has not yet or not any more; nothing in it opens the registration.
    `team`: to a member, about their account (usecases/team_letters); of no event.
    """

    subject: str
    holds: Holds = "live"
    dates: bool = False
    anybody: bool = False
    of_cancelled: bool = False
    rank: Literal[0, 1, 2] = 1
    names_day: bool = False
    elsewhere: bool = False
    team: bool = False


KINDS: Mapping[str, LetterKind] = {
    "confirm": LetterKind(
        N_("Please confirm: your registration for “%(title)s”"), holds="unconfirmed", anybody=True, rank=0
    ),
    "reminder": LetterKind(
        N_("Reminder: please confirm your registration for “%(title)s”"), holds="unconfirmed", anybody=True, rank=2
    ),
    "already_registered": LetterKind(N_("You are already registered: %(title)s"), anybody=True),
    "links": LetterKind(N_("The link to your registration: %(title)s"), anybody=True, of_cancelled=True),
    "registered": LetterKind(N_("You are registered: %(title)s"), dates=True, names_day=True),
    "waiting": LetterKind(N_("You are on the waiting list: %(title)s"), dates=True),
    "promoted": LetterKind(N_("A place has become free: you are in %(what)s"), dates=True),
    "changed": LetterKind(N_("Your registration has been changed: %(title)s"), dates=True),
    "cancelled": LetterKind(N_("Your participation is cancelled: %(title)s"), holds="ended", dates=True),
    "new_address": LetterKind(N_("Please confirm this address: %(title)s"), rank=0, elsewhere=True),
    "address_changed": LetterKind(
        N_("Another e-mail address: %(title)s"), holds="somebody", of_cancelled=True, elsewhere=True
    ),
    "password": LetterKind(N_("Set a new password"), rank=0, team=True),
    "account_changed": LetterKind(N_("Your account has been changed"), team=True),
    # to many people at once: behind what one of them waits for
    "message": LetterKind(N_("About %(title)s"), holds="somebody", of_cancelled=True, rank=2),
    "event_cancelled": LetterKind(
        N_("Cancelled: %(title)s"), holds="somebody", dates=True, of_cancelled=True, rank=2, names_day=True
    ),
    "event_restored": LetterKind(N_("Takes place after all: %(title)s"), dates=True, rank=2, names_day=True),
    "event_moved": LetterKind(N_("Moved: %(title)s"), dates=True, rank=2, names_day=True),
    "programme_changed": LetterKind(N_("The programme has changed: %(title)s"), dates=True, rank=2, names_day=True),
}

ANYBODYS = tuple(name for name, kind in KINDS.items() if kind.anybody)
"""Those that due to one mailbox leave together."""

LIMITED = (*ANYBODYS, "new_address")
"""Those that somebody causes to a mailbox by typing its address: counted together."""

RANKS = {rank: tuple(name for name, kind in KINDS.items() if kind.rank == rank) for rank in (0, 2)}
