"""Sends what is due in the outbox: claim, render, send, mark; only SQL happens inside of transactions.

A crash after the server's 250 and before the mark sends that one letter again, under the same Message-ID.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Connection

from confman.jobs.smtp import DeliveryError, LetterPostponed, LetterRefused, Mailer, Post, Send, ServerAway
from confman.kernel.logs import place_of
from confman.kernel.security import Secrets
from confman.render import letters as words
from confman.render.letter_values import LetterValues
from confman.render.mime import BadAddress, Envelope, message, plain_address, plain_message_id
from confman.store import outbox
from confman.store.outbox import ClaimedLetter
from confman.usecases import letters
from confman.usecases.work import Work

BATCH: Final = 100
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(hours=2)
LONGEST_WAIT_FOR_SERVER: Final = timedelta(minutes=5)
GIVES_UP_AFTER: Final = timedelta(days=5)
"""How long a letter is tried that the server keeps asking to send later (RFC 5321, 4.5.4.1)."""

SUPERSEDED: Final = "superseded"
"""The failure of letters that were not sent because what they say no longer holds; nobody need act."""

_log = structlog.get_logger()


@dataclass(frozen=True)
class Office:
    """What the postman needs beside the outbox. `sender`: the plain address that letters come from.

    `is_stopping`: asked before each letter; those left are free for the next postman.
    """

    mailer: Mailer
    base_url: str
    secrets: Secrets
    sender: str
    is_stopping: Callable[[], bool] = lambda: False


async def deliver_due(work: Work, office: Office, now: datetime, at_most: int = BATCH) -> int:
    """Sends up to `at_most` due letters over one connection; returns how many the server took.

    What the server does not take is postponed or failed; what was claimed and not tried is free again. Call again while
    it returns anything. Two that run at once send different letters. Raises what the database raises.
    """
    if not await work.read(outbox.has_due, now):
        return 0
    claimed = await work.write(outbox.claim, now, at_most)
    if not claimed:
        return 0
    return await _Round(work, office, now, claimed).deliver()


class _Round:
    """One batch under one lease."""

    def __init__(self, work: Work, office: Office, now: datetime, claimed: Sequence[ClaimedLetter]) -> None:
        self._work = work
        self._office = office
        self._claimed = {letter.id: letter for letter in claimed}
        self._started_at = now
        self._started = asyncio.get_running_loop().time()
        self._untried = set(self._claimed)
        self._taken = 0

    async def deliver(self) -> int:
        try:
            prepared = await self._prepare()
            async with self._office.mailer.session() as send:
                for values in prepared:
                    if self._office.is_stopping() or not self._has_time():
                        break
                    self._untried -= set(values.letter_ids)
                    await self._one(values, send)
        except ServerAway as error:
            _log.warning("mail server away", reason=error.reason, letters=len(self._untried))
            if not self._taken:  # else it may just have had enough of this connection: the next call will see
                await self._postpone(self._untried, error, LONGEST_WAIT_FOR_SERVER)
                self._untried.clear()
        finally:
            if self._untried:
                await self._work.write(outbox.released, sorted(self._untried))
        return self._taken

    async def _prepare(self) -> list[LetterValues]:
        """What is to be sent; letters that no longer hold are closed, those that cannot be read wait for a repair."""
        prepared: list[LetterValues] = []
        unreadable: set[UUID] = set()
        try:
            prepared = await self._values(list(self._claimed.values()))
        except (LookupError, TypeError, ValueError, AttributeError):
            for letter in self._claimed.values():  # one that is broken must not stop the others
                try:
                    prepared += await self._values([letter])
                except (LookupError, TypeError, ValueError, AttributeError) as error:
                    _log.error(
                        "letter cannot be read", kind=letter.kind, error=type(error).__name__, where=place_of(error)
                    )
                    unreadable.add(letter.id)
        dropped = self._untried - {id_ for values in prepared for id_ in values.letter_ids} - unreadable
        self._untried -= dropped | unreadable
        if dropped:
            await self._work.write(outbox.failed, sorted(dropped), self._now(), SUPERSEDED)
        for id_ in unreadable:
            await self._not_taken([id_], LetterPostponed("cannot be read"))
        return prepared

    async def _values(self, claimed: Sequence[ClaimedLetter]) -> list[LetterValues]:
        return await self._work.read(letters.prepare, claimed, self._office.base_url, self._office.secrets)

    async def _one(self, values: LetterValues, send: Send) -> None:
        try:
            post = _post(values, self._office.sender)
        except BadAddress as error:
            await self._not_taken(values.letter_ids, LetterRefused(str(error)))
            return
        except Exception as error:  # noqa: BLE001 - whatever a template trips over must not stop the other letters
            _log.error("letter cannot be written", kind=values.kind, error=type(error).__name__, where=place_of(error))
            await self._not_taken(values.letter_ids, LetterPostponed("cannot be written"))
            return
        try:
            await send(post)
        except ServerAway as error:
            await self._postpone(values.letter_ids, error, LONGEST_WAIT_FOR_SERVER)
            raise
        except DeliveryError as error:
            await self._not_taken(values.letter_ids, error)
            return
        await self._work.write(outbox.accepted, values.letter_ids, self._now())
        self._taken += len(values.letter_ids)

    async def _not_taken(self, ids: Iterable[UUID], error: DeliveryError) -> None:
        now, mine = self._now(), sorted(ids)
        oldest = min(self._claimed[id_].created_at for id_ in mine)
        gives_up = isinstance(error, LetterRefused) or now - oldest >= GIVES_UP_AFTER
        _log.warning("letter not taken", kind=self._claimed[mine[0]].kind, reason=error.reason, gives_up=gives_up)
        if gives_up:
            await self._work.write(outbox.failed, mine, now, error.reason)
        else:
            await self._postpone(mine, error, LONGEST_WAIT)

    async def _postpone(self, ids: Iterable[UUID], error: DeliveryError, longest: timedelta) -> None:
        by_due_at = defaultdict(list)
        for id_ in ids:
            wait = FIRST_WAIT * 2 ** min(self._claimed[id_].attempts, 10)
            by_due_at[self._now() + min(longest, wait)].append(id_)
        await self._work.write(_postpone, by_due_at, error.reason)

    def _now(self) -> datetime:
        return self._started_at + timedelta(seconds=asyncio.get_running_loop().time() - self._started)

    def _has_time(self) -> bool:
        """Whether one more letter, however slowly the server takes it, is marked before the lease ends."""
        return self._now() < self._started_at + outbox.LEASE / 2


def _postpone(conn: Connection, by_due_at: dict[datetime, list[UUID]], failure: str) -> None:
    for due_at, ids in by_due_at.items():
        outbox.postponed(conn, ids, due_at, failure)


def _post(values: LetterValues, sender: str) -> Post:
    named = values.message_id if "@" in values.message_id else f"{values.message_id}@{sender.rpartition('@')[2]}"
    envelope = Envelope(
        message_id=named,
        created_at=values.created_at,
        language=values.language,
        sender=sender,
        sender_name=values.occasion.host_name,
        recipient=values.recipient,
        reply_to=values.occasion.reply_to,
    )
    content = message(envelope, words.render(values))
    return Post(plain_address(sender), plain_address(values.recipient), plain_message_id(named), content)
