import os

import pytest

from tests.clients.reading import missing

NOT_TESTED = "tests/clients: NOT TESTED with real calendar programs, because these are missing: {}"


@pytest.fixture(scope="session", autouse=True)
def _calendar_programs() -> None:
    """Without the programs nothing is known: a failure where they are required."""
    absent = missing()
    if absent and os.environ.get("CONFMAN_REQUIRE_CLIENTS") == "1":
        pytest.fail(NOT_TESTED.format(", ".join(absent)), pytrace=False)
    if absent:
        pytest.skip(NOT_TESTED.format(", ".join(absent)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, once, what the skips above mean."""
    if absent := missing():
        terminalreporter.write_line(NOT_TESTED.format(", ".join(absent)), yellow=True, bold=True)
