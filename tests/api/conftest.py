from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_node import Api


@pytest.fixture
def api(database_url: str, tmp_path: Path) -> Iterator[Api]:
    node = Api(database_url, tmp_path)
    yield node
    node.close()


@pytest.fixture
def sqlite_api(sqlite_url: str, tmp_path: Path) -> Iterator[Api]:
    """Where the database makes no difference."""
    node = Api(sqlite_url, tmp_path)
    yield node
    node.close()
