"""For what does not depend on the database."""

from collections.abc import Iterator

import pytest

from confman.kernel.db import Database, open_database


@pytest.fixture
def local(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.dispose()
