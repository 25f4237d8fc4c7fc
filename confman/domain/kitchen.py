"""What a kitchen must know, counted: nobody's name comes in, nobody's name goes out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Meal:
    """`wishes`: how many by (question, option); `without`: who has none of them; `notes`: who has written one."""

    total: int
    wishes: Mapping[tuple[str, str], int]
    without: int
    notes: int


def counted(eaters: Collection[UUID], answers: Iterable[tuple[UUID, str, Any]], noting: Collection[UUID]) -> Meal:
    """Of those who eat; `answers`: (person, question, option or options)."""
    eating = set(eaters)
    wishes: Counter[tuple[str, str]] = Counter()
    wishing: set[UUID] = set()
    for person, key, value in answers:
        options = value if isinstance(value, list) else [value]
        if person in eating and options:
            wishes.update((key, option) for option in options)
            wishing.add(person)
    return Meal(len(eating), wishes, len(eating - wishing), len(eating.intersection(noting)))
