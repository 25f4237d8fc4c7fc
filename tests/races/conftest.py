"""Every test in this folder is a race; what they counted stands below the results."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.races import sites
from tests.races.harness import REPORT
from tests.races.sites import POSTGRESQL, SQLITE, TWO_NODES, Site

HERE = Path(__file__).parent
_OPEN_FILES = 16_384


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.race)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if REPORT:
        terminalreporter.section("races")
        for line in REPORT:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def many_connections() -> None:
    """As many as the system allows, for this process and the servers it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, _OPEN_FILES), most))


@pytest.fixture(scope="session", params=[SQLITE, POSTGRESQL, TWO_NODES])
def site_of_the_run(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, many_connections: None
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    if request.param == SQLITE:
        url = sites.sqlite_at(request.getfixturevalue("sqlite_template"), folder)
        with sites.running(SQLITE, url, folder) as site:
            yield site
        return
    with (
        sites.postgresql_at(request.getfixturevalue("postgresql_template")) as url,
        sites.running(request.param, url, folder) as site,
    ):
        yield site


@pytest.fixture
def site(site_of_the_run: Site) -> Site:
    """Shared with the other races: each makes events of its own there."""
    site_of_the_run.revive()
    return site_of_the_run
