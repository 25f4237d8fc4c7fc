"""How long a calendar of 5,000 entries takes: building the entries, and assembling them from cached bytes.

`python -m bench.feed`; the goal is 10 ms for the assembly. The ratio to a bare join of the same bytes says how much of
it is ours on this machine in this run.
"""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import perf_counter

from confman.render.calendar import Entry, Feed, calendar_bytes, event_bytes
from confman.render.timezones import vtimezone

ENTRIES = 5_000
GOAL_MS = 10.0
ZONES = ("Europe/Berlin", "America/New_York", "Africa/Cairo")
FEED = Feed("Alle Veranstaltungen", "Termine aller Veranstalter", "https://example.org/", "teal", "Europe/Berlin")


def an_entry(number: int) -> Entry:
    starts = datetime(2027, 1, 4, 8, tzinfo=UTC) + timedelta(hours=number)
    return Entry(
        uid=f"{number:032x}",
        sequence=number % 7,
        changed_at=datetime(2026, 11, 22, 8, tzinfo=UTC),
        summary=f"{number}. Werkstatt: Wärme, Strom und Wasser in der Kommune",
        description="Ein Tag mit parallelen Foren.\nMit Pausen und einem Rundgang durch das Haus." * 3,
        location="Haus der Dialoge, Saal 1, Musterstraße 1, 12345 Musterstadt",
        url=f"https://example.org/events/werkstatt-{number}",
        starts=starts,
        ends=starts + timedelta(minutes=90),
        zone=ZONES[number % len(ZONES)],
        status="CONFIRMED",
        transparent=False,
        categories=("Werkstatt",),
    )


def milliseconds(work: Callable[[], object], rounds: int = 9) -> float:
    """The median of some rounds, each in milliseconds."""

    def one() -> float:
        begun = perf_counter()
        work()
        return (perf_counter() - begun) * 1_000

    return statistics.median(one() for _ in range(rounds))


def main() -> None:
    entries = [an_entry(number) for number in range(ENTRIES)]
    begun = perf_counter()
    for zone in ZONES:
        vtimezone(zone)
    zones_ms = (perf_counter() - begun) * 1_000 / len(ZONES)
    begun = perf_counter()
    cached = [event_bytes(entry) for entry in entries]
    building_ms = (perf_counter() - begun) * 1_000
    assembling_ms = milliseconds(lambda: calendar_bytes(FEED, cached, ZONES))
    joining_ms = milliseconds(lambda: b"".join(cached))
    size = len(calendar_bytes(FEED, cached, ZONES))
    print(f"feed of {ENTRIES} entries, {size / 1_000_000:.1f} MB")
    print(f"  a zone's rule, once per process   {zones_ms:8.2f} ms")
    print(f"  an entry built                    {building_ms / ENTRIES:8.3f} ms")
    print(f"  assembled from cached entries     {assembling_ms:8.2f} ms   goal <= {GOAL_MS:.0f} ms")
    print(f"  bare join of the same bytes       {joining_ms:8.2f} ms   ratio {assembling_ms / joining_ms:.1f}")


if __name__ == "__main__":
    main()
