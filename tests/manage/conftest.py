from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    node = Office(database_url, tmp_path)
    yield node
    node.close()


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Where the database makes no difference."""
    node = Office(sqlite_url, tmp_path)
    yield node
    node.close()
