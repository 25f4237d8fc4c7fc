"""A second coverage gate beside the total: every branch of the rules in confman/domain is tested.

A pytest plugin, because the gate has to speak before pytest's own last line.
"""

import io
from collections.abc import Generator

import coverage
import pytest

RULES = "*/confman/domain/*"
MUST_REACH_PERCENT = 100.0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Runs outside pytest-cov's own wrapper, so the measurement is complete and saved when this looks at it."""
    result = yield
    if hasattr(session.config, "workerinput"):
        return result  # one of several processes: only the one that gathers them has seen everything
    report = io.StringIO()
    measured = coverage.Coverage()
    measured.load()
    reached = measured.report(include=[RULES], file=report, show_missing=True, skip_covered=True)
    if reached < MUST_REACH_PERCENT:
        session.config.stash[SHORTFALL] = report.getvalue()
        session.testsfailed += 1
    return result


SHORTFALL = pytest.StashKey[str]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    shortfall = config.stash.get(SHORTFALL, None)
    if shortfall is not None:
        terminalreporter.write_line(f"FAIL confman/domain must be covered completely:\n{shortfall}", red=True)
