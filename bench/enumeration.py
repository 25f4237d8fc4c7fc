"""Whether the time of an answer tells who is registered: known and unknown people, by turns, over HTTP.

`python -m bench.enumeration`; the AUC is the chance that a known person's answer takes longer than an unknown one's:
0.50 tells nothing, the goal is 0.45 to 0.55. Each person is asked about once, as somebody who searches would.
"""

import http.client
import json
import random
import re
import statistics
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlencode

from bench import servers
from bench.rush_event import fill
from confman.kernel import schema
from confman.kernel.clock import system_clock
from confman.kernel.db import open_database
from confman.usecases import work
from tests.builders import APart, ASession, ASlot
from tests.races.harness import FAR, an_open_event

SLUG = "race"
COUNT, OTHERS = 300, 1_000
FORM = f"/events/{SLUG}/registration"
_SLOTS = tuple(
    ASlot(name, [ASession(f"{name}-{n}", 10_000) for n in range(12)], hour=hour)
    for name, hour in (("morning", 1), ("afternoon", 4))
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="confman-enumeration-") as name:
        _measure(Path(name))


def _measure(folder: Path) -> None:
    url = f"sqlite:///{folder / 'confman.sqlite'}"
    database = open_database(url)
    schema.migrate(database, system_clock())
    made = work.write(database, an_open_event, SLUG, [APart("conference", 50_000, _SLOTS, starts_at=FAR)])
    fill(database, made, 2 * COUNT + OTHERS)
    database.dispose()
    with servers.confman(url, folder) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for offset, (what, ask) in enumerate((("API", by_api), ("form", by_form))):
            _tell(f"{what}, {2 * COUNT + OTHERS:,} registered", *_times(connection, ask, offset * COUNT))
        connection.close()


def _times(
    connection: http.client.HTTPConnection, ask: Callable[[http.client.HTTPConnection, str], float], first: int
) -> tuple[list[float], list[float]]:
    """Seconds for known and unknown people, in an order drawn by lot."""
    for number in range(20):
        ask(connection, f"Warm{first}x{number}")
    known: list[float] = []
    unknown: list[float] = []
    for number in range(first, first + COUNT):
        for is_known in random.sample((True, False), 2):
            (known if is_known else unknown).append(ask(connection, f"{'Da' if is_known else 'Neu'}{number}"))
    return known, unknown


def by_api(connection: http.client.HTTPConnection, family: str) -> float:
    body = json.dumps(
        {**_person(family), "choices": {"morning": "morning-1", "afternoon": "afternoon-2"}, "accept_waiting": True}
    )
    return _timed(connection, f"/api/v1/events/{SLUG}/registrations", body, "application/json", 202)


def by_form(connection: http.client.HTTPConnection, family: str) -> float:
    connection.request("GET", FORM)
    key = re.search(rb'name="key" value="([^"]+)"', connection.getresponse().read())
    assert key is not None
    fields = {
        **_person(family),
        "choice.morning": "morning-1",
        "choice.afternoon": "afternoon-2",
        "key": key[1].decode(),
    }
    return _timed(connection, FORM, urlencode(fields), "application/x-www-form-urlencoded", 303)


def _person(family: str) -> dict[str, str]:
    return {"given_name": "Anna", "family_name": family, "email": f"{family.lower()}@lindenbrueck.example"}


def _timed(connection: http.client.HTTPConnection, path: str, body: str, kind: str, status: int) -> float:
    started = time.perf_counter()
    connection.request("POST", path, body.encode(), {"Content-Type": kind})
    answer = connection.getresponse()
    answer.read()
    took = time.perf_counter() - started
    assert answer.status == status, answer.status
    return took


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """The chance that one of the first is larger than one of the others; ties count half (Mann and Whitney)."""
    below = sorted(others)
    return statistics.fmean((bisect_left(below, one) + bisect_right(below, one)) / 2 for one in ones) / len(below)


def _tell(what: str, known: list[float], unknown: list[float]) -> None:
    medians = [1_000 * statistics.median(times) for times in (known, unknown)]
    print(f"{what:24} AUC {auc(known, unknown):.3f}   median {medians[0]:.2f} ms known, {medians[1]:.2f} ms unknown")


if __name__ == "__main__":
    main()
