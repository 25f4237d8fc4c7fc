"""Whoever acts for an organiser: a program with a token or a member who is signed in."""

from typing import Protocol

from confman.domain.ledger.requests import Hand


class Acting(Protocol):
    @property
    def actor(self) -> str:
        """What the audit calls them."""

    def hand(self, *, ignores_deadlines: bool = True, beyond_capacity: bool = False, tells: bool = True) -> Hand:
        """Their hand in the ledger."""
