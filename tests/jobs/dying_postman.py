"""A postman in a process of its own who is killed between the server's 250 and his mark: `DATABASE-URL SMTP-URL N`."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from confman.jobs.smtp import Post, Send, Server, server_at
from tests.builders import NOW
from tests.jobs.letter_office import one_round


@dataclass
class Deadly:
    """Kills this process as soon as the server has taken the nth letter."""

    server: Server
    left: int

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[Send]:
        async with self.server.session() as send:

            async def send_and_die(post: Post) -> None:
                await send(post)
                self.left -= 1
                if not self.left:
                    os.kill(os.getpid(), signal.SIGKILL)

            yield send_and_die


if __name__ == "__main__":
    asyncio.run(one_round(sys.argv[1], Deadly(server_at(sys.argv[2]), int(sys.argv[3])), NOW))
