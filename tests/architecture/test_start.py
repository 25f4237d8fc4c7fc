"""What a starting server loads: nothing that only some requests need."""

import os
import subprocess
import sys
from pathlib import Path

WHEN_FIRST_USED = {
    "PIL",
    "alembic",
    "babel",
    "fontTools",
    "icalendar",
    "qrcode",
    "reportlab",
    "uharfbuzz",
    "xlsxwriter",
    "zxingcpp",
}
ONLY_IN_TESTS = {"_pytest", "aiosmtpd", "coverage", "hypothesis", "httpx", "pytest"}
START = "import sys, confman.app; confman.app.application(); print(*{name.split('.')[0] for name in sys.modules})"


def test_the_server_starts_without_renderers_and_migrations(tmp_path: Path) -> None:
    own = {"CONFMAN_DATA_DIR": str(tmp_path), "CONFMAN_SECRET": "x" * 40}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CONFMAN_", "COV"))}

    started = subprocess.run(
        [sys.executable, "-c", START],
        env={**environment, **own},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    loaded = set(started.stdout.split())
    assert loaded & WHEN_FIRST_USED == set()
    assert loaded & ONLY_IN_TESTS == set()
    assert {"litestar", "sqlalchemy"} <= loaded
