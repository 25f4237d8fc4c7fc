"""Letters to members about their account, as values. To addresses of nobody there are none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Connection

from confman.kernel.ids import new_id
from confman.kernel.seals import password_link
from confman.kernel.security import Secrets
from confman.render.letter_values import LetterValues, Occasion, Person
from confman.store import clerk, members
from confman.store.outbox import ClaimedLetter
from confman.usecases import passwords

ZONE: Final = "Europe/Berlin"
"""Of members who belong to no host."""


def tell(connection: Connection, row: Any, what: str, language: str, now: datetime) -> None:
    """That something of the account is otherwise: to its owner, who may know nothing of it. `row`: the member."""
    letter_id, facts = new_id(), {"what": what}
    to = (row.email, row.email_key)
    letter = (letter_id, None, None, "account_changed", language, *to, facts, letter_id.hex, now, now)
    clerk.LETTERS.run(connection, [letter])


def prepare(conn: Connection, letters: Sequence[ClaimedLetter], base_url: str, secrets: Secrets) -> list[LetterValues]:
    """One statement, however many they are."""
    rows = members.addressed(conn, sorted({letter.recipient_key for letter in letters if letter.recipient_key}))
    known = {row["email_key"]: row for row in reversed(rows)}  # of several hosts the first
    return [
        _values(letter, known[letter.recipient_key], base_url, secrets)
        for letter in letters
        if letter.recipient_key in known
    ]


def _values(letter: ClaimedLetter, row: Any, base_url: str, secrets: Secrets) -> LetterValues:
    proof = passwords.proof_for(row, letter.created_at)
    is_link = letter.kind == passwords.LETTER
    link = f"{base_url}/manage/password/{password_link(secrets, proof)}" if is_link else f"{base_url}/manage/password"
    return LetterValues(
        letter_ids=(letter.id,),
        kind=letter.kind,
        language=letter.language,
        recipient=row["email"],
        message_id=letter.message_id,
        created_at=letter.created_at,
        occasion=_occasion(row, base_url),
        people=(Person(row["name"], "", link, confirm_by=proof.until, by=(letter.facts or {}).get("what")),),
    )


def _occasion(row: Any, base_url: str) -> Occasion:
    site = urlsplit(base_url).netloc
    return Occasion(
        title=site,
        zone=row["zone"] or ZONE,
        host_name=row["host_name"] or site,
        page=f"{base_url}/manage",
        imprint=f"{base_url}/imprint",
        privacy=f"{base_url}/privacy#{row['host_slug'] or ''}",
    )
