"""What no client library would send, to the real server: answered with 4xx, and it goes on."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from confman.kernel.db import Database
from confman.usecases import work
from tests.builders import an_event

START_SECONDS = 30
EVENT = b"/api/v1/events/abschlusskonferenz"
JSON = b"Content-Type: application/json\r\n"
GOOD = b'{"family_name": "Beispiel", "email": "ada@lindenbrueck.example"}'


@contextmanager
def served(database_url: str, folder: Path) -> Iterator[int]:
    """The port of a server of our own."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "CONFMAN_DATABASE_URL": database_url,
        "CONFMAN_DATA_DIR": str(folder),
        "CONFMAN_SECRET": "s" * 32,
    }
    command = [sys.executable, "-m", "confman", "serve", "--port", str(port)]
    log = (folder / "server.log").open("wb")
    server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=START_SECONDS)
        log.close()


def wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            if status(port, b"GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n") == 200:
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def status(port: int, sent: bytes) -> int:
    """Of the first answer; 0 where the server hangs up without one."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=10)) as connection:
        connection.sendall(sent)
        answer = b""
        while b"\r\n" not in answer and (more := connection.recv(65_536)):
            answer += more
    return int(answer.split(b" ")[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def request(target: bytes, headers: bytes = b"", body: bytes = b"", method: bytes = b"GET") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body) if body else b""
    return b"%s %s HTTP/1.1\r\nHost: x\r\n%s%sConnection: close\r\n\r\n%s" % (method, target, headers, length, body)


def test_malformed_requests_are_refused_and_the_server_goes_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    work.write(database, an_event)
    posted = EVENT + b"/registrations"
    chunks = b"".join(b"1000\r\n" + b"x" * 4096 + b"\r\n" for _ in range(20)) + b"0\r\n\r\n"
    sent = {
        "nul in the path": (request(b"/api/v1/events/a%00b"), {404}),
        "bad utf-8 in the path": (request(b"/api/v1/events/%ff%fe"), {400, 404}),
        "half a surrogate in the path": (request(b"/api/v1/events/%ed%a0%80"), {400, 404}),
        "raw bytes in the path": (request(b"/api/v1/events/\xff\xfe"), {0, 400, 404}),
        "bad percent in the path": (request(b"/api/v1/events/%zz"), {400, 404}),
        "bad utf-8 in the query": (request(b"/api/v1/events?city=%ff"), {200, 422}),
        "nul in the query": (request(b"/api/v1/events?city=%00"), {422}),
        "raw bytes in the query": (request(b"/api/v1/events?city=\xff"), {0, 200, 400, 422}),
        "a raw header": (request(EVENT, b"Accept-Language: \xff\xfe\r\nIf-None-Match: \xff\r\n"), {200}),
        "a raw token": (request(posted, b"Authorization: Bearer \xff\r\n"), {401}),
        "a raw key": (request(posted, JSON + b"Idempotency-Key: \xff\r\n", GOOD, b"POST"), {422}),
        "nul in a header": (request(EVENT, b"X: a\x00b\r\n"), {0, 400}),
        "a raw cookie": (request(EVENT, b"Cookie: a=\xff; b\r\n"), {200}),
        "chunks beyond the limit": (
            request(posted, JSON + b"Transfer-Encoding: chunked\r\n", method=b"POST") + chunks,
            {413},
        ),
        "too long, said so": (
            request(posted, JSON + b"Content-Length: 70000\r\n", method=b"POST") + b"x" * 70_000,
            {413},
        ),
        "two lengths": (
            request(posted, JSON + b"Content-Length: 3\r\nContent-Length: 4\r\n", method=b"POST"),
            {0, 400},
        ),
        "deep": (request(posted, JSON, b"[" * 60_000, b"POST"), {400}),
        "an unknown method": (request(EVENT, method=b"BREW"), {0, 400, 405}),
        "a whole address": (request(b"http://evil.example" + EVENT), {200, 404}),
    }

    with served(database_url, tmp_path) as port:
        answered = {name: status(port, raw) for name, (raw, _) in sent.items()}
        afterwards = status(port, request(posted, JSON, GOOD, b"POST"))

    assert {name: code for name, code in answered.items() if code not in sent[name][1]} == {}
    assert afterwards == 202
