"""Passwords guessed at once through all processes: together they have ten tries, also after all were killed."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
from sqlalchemy import Connection

from bench.servers import Server
from confman.usecases import work
from tests.builders import AnEvent, an_event
from tests.office import a_member
from tests.races.sites import Site
from tests.signing_in import HASHED, PASSWORD, give, hidden

GUESSES = 40


def a_colleague(connection: Connection, email: str) -> None:
    made: AnEvent = an_event(connection, slug=f"guessing-{uuid4().hex}")
    give(connection, a_member(connection, made, "organiser"), email=email, email_key=email, password_hash=HASHED)


def sign_in(server: Server, email: str, password: str, cookies: httpx.Cookies | None = None) -> httpx.Response:
    """As a browser that knows these cookies, and keeps what it is given in them."""
    base = f"http://localhost:{server.port}"
    with httpx.Client(timeout=60, cookies=cookies) as browser:
        form = {**hidden(browser.get(f"{base}/manage/signin")), "email": email, "password": password}
        headers = {"origin": base, "sec-fetch-site": "same-origin"}
        answer = browser.post(f"{base}/manage/signin", data=form, headers=headers)
        if cookies is not None:
            cookies.update(browser.cookies)
    return answer


def guessed(servers: Sequence[Server], email: str) -> Counter[int]:
    """What came of GUESSES wrong ones at once, each in a browser of its own."""

    def guess(number: int) -> int:
        return sign_in(servers[number % len(servers)], email, f"wrong guess {number}").status_code

    with ThreadPoolExecutor(GUESSES) as many:
        return Counter(many.map(guess, range(GUESSES)))


def test_all_processes_together_allow_ten_guesses_also_after_a_kill(site: Site) -> None:
    email = f"{uuid4().hex}@lindenbrueck.example"
    work.write(site.database, a_colleague, email)
    own = httpx.Cookies()
    assert sign_in(site.servers[0], email, PASSWORD, own).status_code == 303
    own.delete("confman")  # so the name of the browser stays, as after signing out

    assert guessed(site.servers, email) == {422: 10, 429: GUESSES - 10}
    for server in site.servers:
        server.kill()
    site.revive()

    for server in site.servers:
        assert sign_in(server, email, PASSWORD).status_code == 429
    assert sign_in(site.servers[-1], email, PASSWORD, own).status_code == 303
