"""A running confman and a real browser, shared by the stories of a run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from bench import servers
from confman.kernel.db import open_database
from tests.browser.visiting import CHROMIUM, Site


@pytest.fixture(scope="session")
def site(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """`confman serve` by the real clock, with letters as files. Each story makes events of its own."""
    folder = tmp_path_factory.mktemp("running")
    shutil.copy(sqlite_template, folder / "confman.sqlite")
    url = f"sqlite:///{folder / 'confman.sqlite'}"
    database = open_database(url)
    with servers.confman(url, folder) as server:
        yield Site(f"http://localhost:{server.port}", folder, database)
    database.dispose()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For one file: while it is open its loop runs in this thread, and no other test could run one of its own."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()
