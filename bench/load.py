"""A small closed-loop load generator: `clients` connections, each sends its next request when the last was answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass
class Load:
    """What came back: seconds for the whole, latencies in seconds, answers by status."""

    seconds: float
    latencies: list[float] = field(repr=False)
    statuses: Counter[int]

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def post(path: str, body: bytes, **headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def get(path: str, **headers: str) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], load: Load, done: asyncio.Future[None]) -> None:
        self.requests, self.load, self.done = requests, load, done
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def _next(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        self.load.latencies.append(time.perf_counter() - self.sent_at)
        self.load.statuses[int(head[9:12])] += 1
        self.buffer = self.buffer[end + 4 + length :]
        self._next()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def _run(ports: Sequence[int], requests: Sequence[bytes], clients: int) -> Load:
    loop = asyncio.get_running_loop()
    load = Load(0.0, [], Counter())
    shared = iter(requests)
    ends = []
    started = time.perf_counter()
    for number in range(clients):
        done: asyncio.Future[None] = loop.create_future()
        ends.append(done)
        port = ports[number % len(ports)]
        await loop.create_connection(lambda done=done: _Client(shared, load, done), "127.0.0.1", port)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    await asyncio.gather(*ends)
    load.seconds = time.perf_counter() - started
    return load


def run(ports: Sequence[int], requests: Sequence[bytes], clients: int) -> Load:
    """Sends all requests over `clients` connections spread over the ports on loopback."""
    return asyncio.run(_run(ports, requests, clients))
