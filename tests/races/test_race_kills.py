"""Servers that die under load: what was acknowledged is there, and what was not may be sent again.

The test run's PostgreSQL keeps nothing durable, but it is our processes that die here, never the database; where the
database itself is stopped (full size only) it is a durable one of its own.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable

import pytest

from confman.usecases import work
from tests.races.harness import SIZE, Stopwatch, an_open_event, faults_of, tell
from tests.races.sites import POSTGRESQL, SQLITE, TWO_NODES, Site
from tests.races.witness import PARTS, Witness, damage

LONGEST_LIFE_SECONDS = 0.6


def a_witness(site: Site, slug: str) -> Witness:
    return Witness(work.write(site.database, an_open_event, slug, PARTS), site.database)


async def load_until(witness: Witness, site: Site, end: Callable[[], None], after: float) -> None:
    """Runs the load, calls `end` so many seconds after the first answer, and waits until all callers gave up."""
    load = asyncio.create_task(witness.load(site.ports))
    said = witness.said
    async with asyncio.timeout(60):
        while witness.said == said:
            await asyncio.sleep(0.01)
        await asyncio.sleep(after)
        await asyncio.to_thread(end)
        await load


@pytest.mark.parametrize("site_of_the_run", [SQLITE, POSTGRESQL], indirect=True)
def test_a_kill_loses_nothing_that_was_acknowledged(site: Site) -> None:
    witness, chance, watch, again = a_witness(site, "kills"), random.Random(9), Stopwatch(), Counter[int]()

    for _ in range(SIZE.kills):
        asyncio.run(load_until(witness, site, site.servers[0].kill, chance.uniform(0, LONGEST_LIFE_SECONDS)))
        site.revive()
        assert witness.acknowledged.items() <= witness.recorded().items()
        assert damage(site.database) == []
        again += asyncio.run(witness.send_again(site.ports[0]))

    assert witness.others == []
    assert witness.recorded() == witness.acknowledged
    assert faults_of(site.database) == {}
    tell(f"kill -9 on {site.name}", SIZE.kills, watch.seconds, acknowledged=len(witness.acknowledged), again=again[202])


@pytest.mark.parametrize("site_of_the_run", [SQLITE, POSTGRESQL, TWO_NODES], indirect=True)
def test_sigterm_answers_what_is_under_way_and_loses_nothing(site: Site) -> None:
    witness, chance, watch = a_witness(site, "terms"), random.Random(15), Stopwatch()

    for _ in range(SIZE.terms):
        codes: list[int] = []
        asyncio.run(load_until(witness, site, lambda: codes.extend(terminated(site)), chance.uniform(0.1, 0.5)))  # noqa: B023
        assert codes == [0] * len(site.servers)
        assert witness.recorded() == witness.acknowledged  # whatever was recorded was answered, too
        site.revive()
        asyncio.run(witness.send_again(site.ports[0]))

    assert {(answer.status, answer.outcome) for answer in witness.others} <= {(503, "/problems/overloaded")}
    assert faults_of(site.database) == {}
    tell(f"SIGTERM on {site.name}", SIZE.terms, watch.seconds, acknowledged=len(witness.acknowledged))


def terminated(site: Site) -> list[int]:
    for server in site.servers:
        server.process.terminate()
    return [server.process.wait(30) for server in site.servers]


@pytest.mark.parametrize("site_of_the_run", [TWO_NODES], indirect=True)
def test_when_one_of_two_dies_the_other_answers_all(site: Site) -> None:
    witness, other = a_witness(site, "survivor"), site.servers[1]
    watch = Stopwatch()

    asyncio.run(load_until(witness, site, lambda: one_after_the_other(site), 0.2))

    site.revive()
    assert witness.others == []
    assert witness.acknowledged.items() <= witness.recorded().items()
    asyncio.run(witness.send_again(other.port))
    assert witness.recorded() == witness.acknowledged
    tell(f"one of two killed on {site.name}", 1, watch.seconds, acknowledged=len(witness.acknowledged))


def one_after_the_other(site: Site) -> None:
    site.servers[0].kill()
    time.sleep(0.5)
    site.servers[1].kill()
