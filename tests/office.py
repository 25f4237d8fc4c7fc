"""One node and the team that works with it: members who are signed in, each with a browser of their own."""

from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Connection, insert

from confman.domain.roles import Role
from confman.http.counter import cookie_name
from confman.kernel.ids import new_id
from confman.store.hosts import member, role
from confman.usecases import signins
from confman.usecases.signins import NewSession
from tests.api_node import BASE_URL
from tests.builders import NOW, AnEvent
from tests.world import BROWSER, World


def a_member(
    connection: Connection, made: AnEvent, of: str | Role, *, only_this: bool = False, needs: bool = False
) -> UUID:
    """Erika Beispiel and the like: a member of the event's host in that role, for all its events or `only_this`."""
    key = new_id()
    address = f"{of}.{key.hex[-8:]}@lindenbrueck.example"
    person = {"id": key, "email": address, "email_key": address, "name": "Erika Beispiel", "created_at": NOW}
    connection.execute(insert(member).values(**person))
    event_id = made.id if only_this else None
    held = {"member_id": key, "host_id": made.host_id, "event_id": event_id, "role": str(of), "sees_needs": needs}
    connection.execute(insert(role).values(id=new_id(), **held))
    return key


class Member:
    """A member in front of their browser: pages of the team, and forms with what the session demands."""

    def __init__(self, office: "Office", session: NewSession, member_id: UUID) -> None:
        self._office = office
        self.session = session
        self.id = member_id
        self.actor = f"member {member_id}"

    @property
    def headers(self) -> dict[str, str]:
        cookie = f"{cookie_name(self._office.node)}={self.session.cookie}"
        return {**BROWSER, "cookie": cookie, "sec-fetch-site": "same-origin"}

    def see(self, path: str, **options: Any) -> httpx.Response:
        return self._office.ask("GET", path, headers=self.headers, **options)

    def send(self, path: str, **fields: Any) -> httpx.Response:
        """The form at that address; a field may be a list. Follows nothing: what is done is answered by 303."""
        data = {"csrf": self.session.csrf, **fields}
        return self._office.ask("POST", path, headers={**self.headers, "origin": BASE_URL}, data=data)


class Office(World):
    """`World` with a team."""

    def signed_in_as(
        self, made: AnEvent, of: str = "organiser", *, only_this: bool = False, needs: bool = False
    ) -> Member:
        member_id = self.write(a_member, made, of, only_this=only_this, needs=needs)
        return Member(self, self.write(signins.start, member_id, self.now), member_id)
