import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.office import Office


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    node = Office(database_url, tmp_path)
    yield node
    node.close()


@pytest.fixture(scope="module")
def shared_office(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One for all tests of a file, for those that empty it before they begin: making a node takes a quarter second."""
    folder = tmp_path_factory.mktemp("shared")
    shutil.copy(sqlite_template, folder / "confman.sqlite")
    node = Office(f"sqlite:///{folder / 'confman.sqlite'}", folder)
    yield node
    node.close()


@pytest.fixture
def sqlite_office(sqlite_url: str, tmp_path: Path) -> Iterator[Office]:
    """Where the database makes no difference."""
    node = Office(sqlite_url, tmp_path)
    yield node
    node.close()
