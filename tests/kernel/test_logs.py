from collections.abc import Iterator

import msgspec
import pytest
import structlog

from confman.kernel.logs import configure_log


@pytest.fixture(autouse=True)
def configured_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_the_log_is_one_object_a_line_from_the_level_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    configure_log("warning")
    log = structlog.get_logger("confman.jobs")

    log.info("letters sent", count=3)
    log.error("job failed", job="letters_send")

    out, told = capsys.readouterr()
    [line] = [msgspec.json.decode(line) for line in told.splitlines()]
    assert out == ""
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "job failed", "job": "letters_send", "level": "error"}
