"""A wheel built from the checkout carries all that confman needs: it migrates, serves and answers from an empty folder."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from zipfile import ZipFile

import pytest

from confman.kernel.files import ASSETS

ROOT = Path(__file__).resolve().parents[2]
BUILT_FROM = ("alembic", "confman", "examples", "templates", "pyproject.toml", "hatch_build.py", "README.md", "LICENSE")
BOUND_S = 60
PATIENCE_S = 30


@dataclass(frozen=True)
class Installed:
    folder: Path
    environment: Mapping[str, str]
    port: int

    def command(self, *words: str) -> list[str]:
        return [sys.executable, str(self.folder / "bin" / "confman"), *words]

    def run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=BOUND_S, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing a developer left in the checkout's build folders can come in."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in BUILT_FROM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    for name in ASSETS:
        (copy / "node_modules" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "node_modules" / name, copy / "node_modules" / name)
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=copy, check=True, capture_output=True, timeout=BOUND_S)
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, timeout=BOUND_S)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "PYTHONPATH": str(folder),
        "CONFMAN_DATA_DIR": str(folder / "data"),
        "CONFMAN_DATABASE_URL": f"sqlite:///{folder / 'data' / 'confman.sqlite'}",
        "CONFMAN_SECRET": "a secret of forty characters for a test!".replace(" ", "-"),
        "CONFMAN_BASE_URL": f"http://localhost:{port}",
    }
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("CONFMAN_", "COV_", "COVERAGE_"))
    }
    (folder / "data").mkdir()
    return Installed(folder, {**others, **own}, port)


@pytest.fixture
def serving(installed: Installed) -> Iterator[str]:
    """The address of the installed confman while it serves."""
    installed.run(*installed.command("migrate"))
    log = (installed.folder / "serve.log").open("w+")
    words = installed.command("serve", "--port", str(installed.port))
    server = subprocess.Popen(words, cwd=installed.folder, env=installed.environment, stdout=log, stderr=log)
    try:
        yield f"http://localhost:{installed.port}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        log.close()


def status_when_ready(address: str) -> int:
    """The status of the first answer; until then nobody listens."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
                return int(answer.status)
        except HTTPError as refused:
            refused.close()
            return refused.code
        except (ConnectionError, URLError):
            assert time.monotonic() < until, f"{address} did not answer"
            time.sleep(0.1)


@pytest.mark.parametrize("folder", ["alembic", "examples", "templates"])
def test_the_wheel_carries_every_file_of_the_folder(wheel: Path, folder: str) -> None:
    wanted = {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    carried = {name for name in ZipFile(wheel).namelist() if name.startswith(f"confman/_{folder}/")}

    assert carried == {f"confman/_{folder}/{name}" for name in wanted}
    assert wanted != set()


def test_the_wheel_carries_what_the_pages_load_and_its_licences(wheel: Path) -> None:
    carried = {name for name in ZipFile(wheel).namelist() if name.startswith("confman/_assets/")}

    assert carried == {f"confman/_assets/{name}" for name in ASSETS}
    assert [name for name in carried if "LICENSE" in name] == ["confman/_assets/@kern-ux/native/LICENSE.md"]


def test_an_installed_confman_finds_its_folders_in_the_package(installed: Installed) -> None:
    ask = (
        "from confman.kernel.files import folder; "
        "print(*map(folder, ('alembic', 'assets', 'examples', 'templates')), sep='\\n')"
    )

    found = installed.run(sys.executable, "-c", ask).splitlines()

    assert found == [
        str(installed.folder / "confman" / f"_{name}") for name in ("alembic", "assets", "examples", "templates")
    ]


def test_an_installed_confman_migrates_serves_and_answers(serving: str) -> None:
    assert status_when_ready(f"{serving}/health/ready") == 200
    assert status_when_ready(f"{serving}/api/v1/events") == 200
    assert status_when_ready(f"{serving}/imprint") == 200
