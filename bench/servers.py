"""Servers for benchmarks and races: processes of our own on loopback, ended by their id."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

SECRET = "bench-secret-bench-secret-bench-secret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(url: str, data: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "CONFMAN_DATABASE_URL": url,
        "CONFMAN_DATA_DIR": str(data),
        "CONFMAN_SECRET": SECRET,
        "CONFMAN_BASE_URL": f"http://localhost:{port}",
        "CONFMAN_LOG_LEVEL": "warning",
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")]),
    }


class Server:
    """A `confman serve` (or another module's) of its own."""

    def __init__(self, module: tuple[str, ...], env: Mapping[str, str], port: int) -> None:
        self.port, self.env, self.module = port, env, module
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.module],
            env=dict(self.env),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if os.environ.get("CONFMAN_BENCH_QUIET") else None,
            start_new_session=True,
        )
        self.wait()

    def wait(self) -> None:
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/live", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    raise RuntimeError("the server ended while starting") from None
                time.sleep(0.05)
        raise RuntimeError("the server did not answer within 30 s")

    def cpu_seconds(self) -> float:
        """User and system time of the server and its workers so far."""
        import psutil

        parent = psutil.Process(self.process.pid)
        times = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
        return sum(each.user + each.system for each in times)

    def stop(self) -> None:
        """SIGTERM, as an operator would."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill -9 of the server and its workers: all are in a process group of their own."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


@contextmanager
def confman(url: str, data: Path | None = None) -> Iterator[Server]:
    """A running confman on that database."""
    port = free_port()
    folder = data or Path(tempfile.mkdtemp(prefix="confman-bench-"))
    server = Server(("confman", "serve", "--port", str(port)), environment(url, folder, port), port)
    try:
        yield server
    finally:
        server.stop()
