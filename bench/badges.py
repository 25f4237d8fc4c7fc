"""Badges with fitted names and vector codes: how many a second of CPU, how many bytes, how much memory.

`python -m bench.badges`. Everybody has another name and another code; institutions repeat as they do at a conference.
"""

import resource
from collections.abc import Callable
from functools import partial
from random import Random
from time import process_time
from typing import NamedTuple

from confman.render.badges import Badge, BadgeOptions, badges
from confman.render.label_sheets import sheet

SYLLABLES = {
    "Latin": "ber gan schmi mül lind hof wald stein bäch żół kie dor fer ner sen hau řez nguy ên ção ştef őr",
    "all scripts": "A̋n K̕ov č̣ek ḳ̄ar S̛̄an Ελέ νη παπ Ґал ов ськ ий ễn Thị हि न्दी मो han ner 李 مح ł̣od M̐ir k͟ha",
}
INSTITUTIONS = (
    "Stadt Lindenbrück, Amt für Stadtentwicklung und Statistik",
    "Hochschule Lindenbrück",
    "Nachbarschaftswerk e. V.",
    "",
)


class Row(NamedTuple):
    what: str
    value: float
    unit: str
    goal: str


def people(script: str, count: int) -> list[Badge]:
    chance = Random(1)

    def word(most: int) -> str:
        return "".join(chance.choices(SYLLABLES[script].split(), k=chance.randint(2, most))).capitalize()

    return [
        Badge(
            title="Dr." if number % 6 == 0 else "",
            given_name=word(3) + (f" {word(2)}" if number % 5 == 0 else ""),
            family_name=word(4) + (f"-{word(3)}" if number % 9 == 0 else ""),
            badge_name=None,
            institution=INSTITUTIONS[number % 4] and f"{INSTITUTIONS[number % 4]} {number % 50}",
            category_word="Mitwirkende" if number % 12 == 0 else "Teilnehmende",
            category_colour="#b45309" if number % 12 == 0 else "#1d4ed8",
            event_line="5. Werkstatt und Abschlusskonferenz",
            date_line="Dienstag, 26. Januar 2027",
            mark=f"F{number % 5 + 1}",
            no_photo=number % 20 == 0,
            ticket_url=f"HTTPS://ANMELDUNG.LINDENBRUECK.EXAMPLE/T/{chance.getrandbits(208):052X}",
            code=f"K{number:07}",
        )
        for number in range(count)
    ]


def _seconds(work: Callable[[], object]) -> float:
    begun = process_time()
    work()
    return process_time() - begun


def _printed(items: list[Badge]) -> bytes:
    return badges(items, sheet("L4785"), BadgeOptions("Namensschilder")).pdf


def run(count: int = 2_000, many: int = 10_000) -> list[Row]:
    """Per script the median of three runs; then once `many`, for the memory."""
    rows: list[Row] = []
    for script, goal in (("Latin", "≥ 800"), ("all scripts", "≥ 500")):
        items = people(script, count)
        _printed(items[:20])  # fonts are read once per process
        seconds = sorted(_seconds(partial(_printed, items)) for _ in range(3))[1]
        few, all_ = len(_printed(items[: count // 2])), len(_printed(items))
        each = (all_ - few) / (count - count // 2)
        rows += [
            Row(f"{script}: badges", count / seconds, "/s of CPU", goal),
            Row(f"{script}: a badge", each, "bytes", "≤ 1,500"),
            Row(f"{script}: fonts and frame", all_ - each * count, "bytes", ""),
        ]
    _printed(people("Latin", many))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*rows, Row(f"peak memory at {many:,} badges", peak, "MiB", "≤ 120")]


def main() -> None:
    for row in run():
        print(f"{row.what:36} {row.value:12,.0f} {row.unit:10} {row.goal}")


if __name__ == "__main__":
    main()
