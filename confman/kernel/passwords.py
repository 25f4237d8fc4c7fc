"""Passwords are kept as argon2id and compared in threads of their own, so few at once that pages stay quick."""

import asyncio
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from confman.domain.errors import TooOften

if TYPE_CHECKING:
    from argon2 import PasswordHasher

R = TypeVar("R")
MEMORY_KIB: Final = 19 * 1024
"""With two passes and one lane the floor of OWASP's Password Storage Cheat Sheet: about 20 MB and some hundredths of a
second each."""
_PASSES = 2
_LANES = 1
_AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
_MOST_WAITING = 100
_TRY_AGAIN_SECONDS = 10
# of no password: nothing is known whose hash is all zeros
_NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={_PASSES},p={_LANES}${'A' * 22}${'A' * 43}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`is_stale`: it is right, and kept with other parameters than those of today."""

    is_right: bool
    is_stale: bool = False


def hashed(plain: str) -> str:
    """What is kept of a password: all of it counts, however long. Takes some hundredths of a second."""
    return _hasher().hash(_normal(plain))


def compared(kept: str | None, plain: str) -> Verdict:
    """Takes as long where nothing is kept, so that nobody learns whether there is somebody."""
    from argon2.exceptions import VerifyMismatchError  # noqa: PLC0415 - not before the first sign-in

    try:
        _hasher().verify(kept or _NOBODYS, _normal(plain))
    except VerifyMismatchError:
        return Verdict(is_right=False)
    return Verdict(is_right=kept is not None, is_stale=kept is not None and _hasher().check_needs_rehash(kept))


class Stretching:
    """`hashed` and `compared` for an event loop. Raises `TooOften` where more wait than will be served soon."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="confman-password")
        self._waiting = 0

    async def hashed(self, plain: str) -> str:
        return await self._run(lambda: hashed(plain))

    async def compared(self, kept: str | None, plain: str) -> Verdict:
        return await self._run(lambda: compared(kept, plain))

    async def _run(self, fn: Callable[[], R]) -> R:
        if self._waiting >= _MOST_WAITING:
            raise TooOften(_TRY_AGAIN_SECONDS)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, fn)
        finally:
            self._waiting -= 1


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher  # noqa: PLC0415 - not before the first sign-in

    return PasswordHasher(time_cost=_PASSES, memory_cost=MEMORY_KIB, parallelism=_LANES)


def _normal(plain: str) -> bytes:
    """The same bytes for what looks the same, whichever keyboard wrote it."""
    return unicodedata.normalize("NFC", plain).encode()
