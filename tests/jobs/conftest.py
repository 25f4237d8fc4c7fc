"""For what does not depend on the database."""

from collections.abc import Iterator

import pytest

from confman.kernel.db import Database
from tests.databases import quick_database


@pytest.fixture
def local(sqlite_url: str) -> Iterator[Database]:
    opened = quick_database(sqlite_url)
    yield opened
    opened.dispose()
