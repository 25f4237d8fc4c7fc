"""One installation with its people: the verbs of the stories. Letters are read where they arrive, as files."""

import email
import email.policy
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from confman.jobs import erasing, lapsing, postman, reminding
from confman.jobs.erasing import Eraser
from confman.jobs.postman import Office
from confman.jobs.smtp import mailer_for
from tests.api_node import BASE_URL, Api

BROWSER = {"accept": "text/html", "accept-language": "de"}


class World(Api):
    """`Api` with jobs that run when the story says so."""

    def __post_init__(self) -> None:
        super().__post_init__()
        settings = self.node.settings
        self.office = Office(mailer_for(settings), BASE_URL, self.node.secrets, settings.mail_from)

    def register(self, slug: str, family: str, **fields: Any) -> httpx.Response:
        """Anna `family` by the public API."""
        address = f"{family.lower()}@lindenbrueck.example"
        body = {"given_name": "Anna", "family_name": family, "email": address, "accept_waiting": True, **fields}
        return self.post(f"events/{slug}/registrations", body)

    def run_jobs(self) -> None:
        """Until there is nothing left to do."""
        while self.loop.run(self._run_once()):
            pass

    async def _run_once(self) -> int:
        lapsed = await lapsing.lapse_due(self.node.work, self.node.clerk)
        lapsed += await reminding.remind_due(self.node.work)
        sent = await postman.deliver_due(self.node.work, self.office, self.now)
        return lapsed + sent + await erasing.forget_expired(self.node.work)

    def run_night(self) -> int:
        """What runs by night; how much of people was erased."""
        return self.loop.run(Eraser(self.node.work, self.node.clerk, self.data_dir).erase_due())

    def letters_to(self, family: str) -> list[EmailMessage]:
        """All that arrived at that address, in the order they were sent."""
        files = sorted((self.data_dir / "letters").glob("*.eml"), key=_sent)
        letters = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in files]
        return [letter for letter in letters if letter["To"] == f"{family.lower()}@lindenbrueck.example"]

    def subjects_to(self, family: str) -> list[str]:
        return [str(letter["Subject"]) for letter in self.letters_to(family)]

    def link_of(self, family: str) -> str:
        """The path behind the last letter's link."""
        body = self.letters_to(family)[-1].get_body(("plain",))
        assert body is not None
        [link] = set(re.findall(rf"{re.escape(BASE_URL)}(/r/[\w-]+)", body.get_content()))
        return str(link)

    def page(self, path: str) -> str:
        return self.get(path, headers=BROWSER).text

    def press(self, path: str) -> httpx.Response:
        """A button of one of our pages."""
        return self.ask("POST", path, headers={**BROWSER, "sec-fetch-site": "same-origin"})


def _sent(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name
