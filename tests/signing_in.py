"""Members with a password, and browsers that keep their cookies and fill in the sign-in form as people do."""

import re
import shutil
from html import unescape
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Connection, update

from confman.kernel.passwords import hashed
from confman.store.base import metadata
from confman.store.hosts import member
from tests.api_node import BASE_URL
from tests.builders import NOW, AnEvent
from tests.office import Office, a_member
from tests.world import BROWSER

PASSWORD = "sieben Zwerge im Nieselregen"
HASHED = hashed(PASSWORD)
ERIKA = "erika.beispiel@lindenbrueck.example"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


def erika(connection: Connection, made: AnEvent, of: str = "organiser") -> UUID:
    """Erika Beispiel, an organiser of the event's host, with her own address and PASSWORD."""
    member_id = a_member(connection, made, of)
    give(connection, member_id, email=ERIKA, email_key=ERIKA, password_hash=HASHED)
    return member_id


def emptied(office: Office) -> Office:
    """As it was when it was made: no row, no letter, and the clock where it began."""
    office.write(_empty)
    shutil.rmtree(office.data_dir / "letters", ignore_errors=True)
    office.now, office.token = NOW, None
    return office


def _empty(connection: Connection) -> None:
    for table in reversed(metadata.sorted_tables):
        connection.execute(table.delete())


def give(connection: Connection, member_id: UUID, **values: Any) -> None:
    connection.execute(update(member).where(member.c.id == member_id).values(**values))


def row_of(connection: Connection, member_id: UUID) -> Any:
    return connection.execute(member.select().where(member.c.id == member_id)).one()


class Browser:
    """Keeps cookies as browsers do, by name; `cookies` may be changed."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cookies: dict[str, str] = {}

    @property
    def session(self) -> str:
        return self.cookies.get("__Host-confman", "")

    def see(self, path: str) -> httpx.Response:
        return self._ask("GET", path)

    def send(self, path: str, **fields: Any) -> httpx.Response:
        """As our own page sends it."""
        return self._ask("POST", path, data=fields, origin=BASE_URL, site="same-origin")

    def fill(self, page: httpx.Response, path: str, **fields: Any) -> httpx.Response:
        """The form of that page, with its hidden fields."""
        return self.send(path, **(hidden(page) | fields))

    def sign_in(self, password: str = PASSWORD, *, email: str = ERIKA, path: str = "/manage/signin") -> httpx.Response:
        return self.fill(self.see(path), "/manage/signin", email=email, password=password)

    def _ask(self, method: str, path: str, *, origin: str = "", site: str = "none", **options: Any) -> httpx.Response:
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {**BROWSER, "sec-fetch-site": site, **({"cookie": jar} if jar else {})}
        answer = self.office.ask(method, path, headers=headers | ({"origin": origin} if origin else {}), **options)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


def hidden(page: httpx.Response) -> dict[str, str]:
    return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page.text)}


def cookies_of(answer: httpx.Response) -> list[str]:
    """The cookies that it sets, without their values."""
    return sorted(re.sub(r"=[^;]*", "", line, count=1) for line in answer.headers.get_list("set-cookie"))
