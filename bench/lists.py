"""Participant lists of 10,000 rows and twelve columns as XLSX and CSV, seconds of CPU.

`python -m bench.lists`
"""

from collections.abc import Callable
from time import process_time

from bench.badges import Row
from confman.render.sheets import csv_bytes, xlsx_bytes

ROWS = 10_000
HEADER = [
    "Nummer",
    "Status",
    "Titel",
    "Vorname",
    "Nachname",
    "E-Mail",
    "Institution",
    "Teil",
    "Forum",
    "Telefon",
    "Seit",
    "Frage",
]


def a_row(number: int) -> list[str | int | None]:
    return [
        number,
        "angemeldet",
        "Dr." if number % 6 == 0 else None,
        "Łucja-Marie",
        f"Beispiel-{number}",
        f"anna.beispiel{number}@lindenbrueck.example",
        "Stadt Lindenbrück, Amt für Stadtentwicklung und Statistik",
        "Abschlusskonferenz",
        f"F{number % 5 + 1}",
        f"+49 221 4710 {number % 1000:03}",
        "2026-11-22 10:00",
        "Was bleibt von den Laboren, wenn die Förderung endet?",
    ]


def _median(work: Callable[[], object]) -> float:
    def one() -> float:
        begun = process_time()
        work()
        return process_time() - begun

    return sorted(one() for _ in range(5))[2]


def run() -> list[Row]:
    rows = [a_row(number) for number in range(ROWS)]
    return [
        Row("XLSX", _median(lambda: xlsx_bytes("Anmeldungen", HEADER, rows)), "s", "≤ 1"),
        Row("CSV for Excel", _median(lambda: b"".join(csv_bytes(HEADER, rows, excel=True))), "s", "≤ 0.2"),
        Row("CSV for programs", _median(lambda: b"".join(csv_bytes(HEADER, rows, excel=False))), "s", "≤ 0.2"),
    ]


def main() -> None:
    for row in run():
        print(f"{row.what:36} {row.value:12.3f} {row.unit:10} {row.goal}")


if __name__ == "__main__":
    main()
