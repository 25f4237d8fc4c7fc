"""What real calendar programs understand of our bytes: one reader each, all answering in the same values."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
KHAL = ROOT / ".venv-clients" / "bin" / "khal"
VDIRSYNCER = ROOT / ".venv-clients" / "bin" / "vdirsyncer"
PROGRAMS = [KHAL, VDIRSYNCER, *(ROOT / "node_modules" / name / "package.json" for name in ("ical.js", "node-ical"))]
SCRIPTS = ("read_icaljs.mjs", "read_nodeical.mjs")

# Far from UTC and from every zone of the tests: a time taken for a local one is seen to be wrong.
AWAY = "Pacific/Auckland"


@dataclass(frozen=True, order=True)
class Seen:
    """An entry as a calendar shows it; `ends` is exclusive, also of days."""

    summary: str
    description: str
    location: str
    starts: datetime | date
    ends: datetime | date
    status: str


class Unreadable(Exception):
    """The program refused the file; its words."""


def missing() -> list[str]:
    """What must be installed before the programs can be asked."""
    found = [path.relative_to(ROOT).as_posix() for path in PROGRAMS if not path.exists()]
    return found if shutil.which("node") else ["node", *found]


def run(*command: str | Path, home: Path) -> str:
    """The output of a program that knows nothing of this machine's settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TZ": AWAY, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=home, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise Unreadable(done.stderr[-2_000:])
    return done.stdout


def icaljs(written: bytes, home: Path) -> list[Seen]:
    return sorted(map(_seen, _javascript("read_icaljs.mjs", written, home)))


def nodeical(written: bytes, home: Path) -> list[Seen]:
    return sorted(map(_seen, _javascript("read_nodeical.mjs", written, home)))


def versions(script: str, written: bytes, home: Path) -> dict[str, int]:
    """The sequence of each UID."""
    return {entry["uid"]: entry["sequence"] for entry in _javascript(script, written, home)}


def _javascript(script: str, written: bytes, home: Path) -> list[dict[str, Any]]:
    path = home / "feed.ics"
    path.write_bytes(written)
    return [json.loads(line) for line in run("node", HERE / script, path, home=home).splitlines()]


def _seen(entry: dict[str, Any]) -> Seen:
    starts, ends = (
        date.fromisoformat(value) if isinstance(value, str) else datetime.fromtimestamp(value, UTC)
        for value in (entry["starts"], entry["ends"])
    )
    return Seen(entry["summary"], entry["description"], entry["location"], starts, ends, entry["status"])


def khal_import(written: bytes, home: Path) -> list[Seen]:
    """What khal shows after it has imported the file."""
    folder = home / "imported"
    folder.mkdir()
    (home / "feed.ics").write_bytes(written)
    run(KHAL, "-c", _khal_settings(folder, home), "import", "--batch", home / "feed.ics", home=home)
    return khal_folder(folder, home)


def khal_folder(folder: Path, home: Path) -> list[Seen]:
    """What khal shows of 2027 in a folder with one file per entry."""
    fields = ("title", "description", "location", "start-long", "end-long", "all-day", "status")
    asked = [word for field in fields for word in ("--json", field)]
    days = run(KHAL, "-c", _khal_settings(folder, home), "list", "--once", *asked, "2027-01-01", "365d", home=home)
    return sorted(_shown(entry) for day in days.splitlines() for entry in json.loads(day))


def _shown(entry: dict[str, str]) -> Seen:
    starts: datetime | date
    ends: datetime | date
    if entry["all-day"] == "True":
        starts = date.fromisoformat(entry["start-long"])
        ends = date.fromisoformat(entry["end-long"]) + timedelta(days=1)
    else:
        starts, ends = (datetime.fromisoformat(entry[name] + "Z") for name in ("start-long", "end-long"))
    return Seen(entry["title"], entry["description"], entry["location"], starts, ends, entry["status"].strip())


def _khal_settings(folder: Path, home: Path) -> Path:
    path = home / "khal.conf"
    path.write_text(f"""
[calendars]
[[feed]]
path = {folder}
[default]
default_calendar = feed
[locale]
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M:%S
longdatetimeformat = %Y-%m-%dT%H:%M:%S
local_timezone = UTC
default_timezone = UTC
[sqlite]
path = {home / "khal.db"}
""")
    return path


class Subscription:
    """A calendar that vdirsyncer keeps in a folder; every `poll` fetches the feed again."""

    def __init__(self, address: str, home: Path) -> None:
        self.folder = home / "synced"
        self._home = home
        self._settings = home / "vdirsyncer.conf"
        self._settings.write_text(f"""
[general]
status_path = "{home / "status"}"
[pair feed]
a = "remote"
b = "local"
collections = null
partial_sync = "revert"
[storage remote]
type = "http"
url = "{address}"
[storage local]
type = "filesystem"
path = "{self.folder}"
fileext = ".ics"
""")
        self.folder.mkdir()
        run(VDIRSYNCER, "-c", self._settings, "discover", home=home)

    def poll(self) -> list[Seen]:
        """What khal, on top of vdirsyncer, shows after another fetch."""
        run(VDIRSYNCER, "-c", self._settings, "sync", home=self._home)
        return khal_folder(self.folder, self._home)

    def sequences(self) -> list[int]:
        texts = [path.read_text() for path in self.folder.iterdir()]
        return sorted(int(found) for text in texts for found in re.findall(r"^SEQUENCE:(\d+)$", text, re.MULTILINE))


@contextmanager
def served(body: list[bytes]) -> Iterator[str]:
    """The address at which the last element of `body` is served as a feed, on the loopback only."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(body[-1])))
            self.end_headers()
            self.wfile.write(body[-1])

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/calendar.ics"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
