"""Every route × method × role, generated from the app's own routes and compared with the policy's table.

Routes that are added are tested without a line here: a route that the table does not know stops the start.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID
from zipfile import ZipFile, is_zipfile

import httpx
import pytest

from confman.domain.roles import GRANTS, Right, Role
from confman.http.policy import POLICY, Open, unlisted
from confman.usecases import members, signins
from tests.api_node import BASE_URL
from tests.builders import AnEvent, a_question, an_event, hand_over
from tests.office import Member, Office, a_member
from tests.signing_in import give, row_of

OWN, SISTER, FOREIGN = "quartierlabore", "schwester", "kanarienvoegel"
CANARY = "Kanarienvogel"
"""Stands in everything of the second host, whose event is a draft: nobody else may read it anywhere."""
_KEY = re.compile(r'name="key" value="[^"]+"')
ROLES = ("nobody", "disabled", "token", "desk", "reader", "organiser", "owner", "sister", "stranger")
"""`sister`: organiser of another event of the host only. `stranger`: owner of another host."""
STRANGERS = ("nobody", "disabled", "token")


@dataclass
class House:
    """One node with two hosts, somebody of each role, and all that was answered to those of the first host."""

    office: Office
    made: AnEvent
    foreign: AnEvent
    codes: dict[str, str]
    ids: dict[str, UUID]
    token: str
    told: dict[str, bytes] = field(default_factory=dict)
    present: dict[str, Member] = field(default_factory=dict)

    def ask(self, role: str, method: str, path: str, **options: Any) -> httpx.Response:
        """In the role's session; what is sent may end it, so that it has one of its own."""
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin", **options.pop("headers", {})}
        if role == "token":
            headers["authorization"] = f"Bearer {self.token}"
        elif role != "nobody":
            member = self.member(role, ends=method == "POST")
            headers |= {"cookie": member.headers["cookie"]}
            if method == "POST" and path.startswith("/manage"):
                options = {"data": {"csrf": member.session.csrf}, **options}
        if method == "POST" and path.startswith("/manage"):
            options = {"data": {"csrf": "x"}, **options}
        answer = self.office.ask(method, path, headers=headers, **options)
        self.keep(role, f"{role} {method} {path}", answer)
        return answer

    def spelled(self, role: str, path: str) -> httpx.Response:
        """GET of exactly that path, which need not look like one."""
        headers = {"accept": "text/html", **(self.member(role).headers if role in self.ids else {})}
        answer = self.office.loop.run(self.office.client.get(f"{BASE_URL}{path}", headers=headers))
        assert answer.status_code < 500
        self.keep(role, f"{role} {path}", answer)
        return answer

    def keep(self, role: str, asked: str, answer: httpx.Response) -> None:
        if role != "stranger":
            self.told[asked] = repr(answer.headers).encode() + read(answer)

    def member(self, role: str, *, ends: bool = False) -> Member:
        if role in self.present:
            return self.present.pop(role) if ends else self.present[role]
        session = self.office.write(signins.start_anew, self.ids[role], self.office.now)
        found = Member(self.office, session, self.ids[role])
        if not ends:
            self.present[role] = found
        return found

    def path(self, route: str, event: AnEvent | None = None) -> str:
        """An address of that route: of the own event and a person of it, other names made up."""
        slug = (event or self.made).slug
        known = {"slug": slug, "code": self.codes[slug], "part": "conference", "half_day": "day"}
        return re.sub(r"\{(\w+):\w+\}", lambda found: known.get(found[1], "x"), route)


def read(answer: httpx.Response) -> bytes:
    """What somebody can read in it, also in packed tables."""
    content = answer.content
    if not is_zipfile(BytesIO(content)):
        return content
    with ZipFile(BytesIO(content)) as packed:
        return b"".join(packed.read(name) for name in packed.namelist())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Any) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(sqlite_template, folder / "confman.sqlite")
    office = Office(f"sqlite:///{folder / 'confman.sqlite'}", folder)
    made, sister = (office.write(an_event, slug=slug) for slug in (OWN, SISTER))
    office.write(hand_over, sister, made)
    texts = {"titles": {"de": CANARY}, "announced_at": None, "published_at": None, "mailbox": f"{CANARY}@b.example"}
    foreign = office.write(an_event, slug=FOREIGN, **texts)
    office.write(a_question, foreign, "frage", labels={"de": CANARY})
    codes = {}
    for event, name in ((made, "Erika"), (foreign, CANARY)):
        person = {"given_name": name, "institution": name, "email": f"{name.lower()}@lindenbrueck.example"}
        answers = {"answers": {"frage": CANARY}} if event is foreign else {}
        body = {"family_name": name, "parts": ["conference"], **person, **answers}
        added = office.signed_in(event).post(f"events/{event.slug}/registrations", body)
        codes[event.slug] = str(added.json()["code"])
    token, office.token = office.signed_in(made).token, None
    ids = {role: office.write(a_member, made, role) for role in ("desk", "reader", "organiser", "owner")}
    ids["sister"] = office.write(_of_one, made, sister)
    ids["stranger"] = office.write(a_member, foreign, "owner")
    ids["disabled"] = office.write(a_member, made, "owner")
    office.write(members.disable, office.read(row_of, ids["disabled"]).email, office.now)
    assert token is not None
    yield House(office, made, foreign, codes, ids, token)
    office.close()


def _of_one(connection: Any, made: AnEvent, sister: AnEvent) -> UUID:
    member_id = a_member(connection, sister, "organiser", only_this=True)
    give(connection, member_id, name="Erika Schwester")
    return member_id


def routes(office: Office) -> list[tuple[str, str]]:
    return sorted((route.path, method) for route in office.app.routes for method in getattr(route, "methods", ()))


def answered(answer: httpx.Response) -> str:
    """What was decided, whatever else the answer is."""
    to = answer.headers.get("location", "")
    if answer.status_code == 401 or (answer.status_code == 303 and re.match(r"/manage/signin(\?next=|$)", to)):
        return "sign in"
    return {403: "refused", 404: "not there"}.get(answer.status_code, "done")


def wanted(access: Open | Right, role: str) -> str:
    if role in STRANGERS and access in {*Right, Open.SIGNED_IN}:
        return "sign in"
    if access is Open.TOKEN:
        return "done" if role == "token" else "sign in"
    if not isinstance(access, Right):
        return "done"
    if role in {"sister", "stranger"}:
        return "not there"
    return "done" if access in GRANTS[Role(role)] else "refused"


def test_every_route_stands_in_the_table_and_nothing_else_does(house: House) -> None:
    there = {route for route in routes(house.office) if route[1] != "OPTIONS"}

    assert unlisted(there) == []
    assert sorted(set(POLICY) - there) == []


def test_the_app_does_not_start_with_a_route_that_the_table_does_not_know() -> None:
    assert unlisted([("/manage", "GET"), ("/manage/new", "POST"), ("/manage", "PUT"), ("/x", "OPTIONS")]) == [
        ("/manage", "PUT"),
        ("/manage/new", "POST"),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_route_decides_for_every_role_as_the_table_says(house: House, role: str) -> None:
    wrong = {}
    for route, method in routes(house.office):
        if method == "OPTIONS":
            continue
        found = answered(house.ask(role, method, house.path(route)))
        access = POLICY[route, method]
        expected = wanted(access, role)
        # a name that was made up, or that a form does not name, is not there; who may not even ask has no such excuse
        is_named = method == "POST" or route.count("{") > ("{slug:" in route)
        excused = {"not there"} if expected == "done" and is_named else set()
        excused |= (
            {"not there", "refused"} if not isinstance(access, Right) and not route.startswith("/manage") else set()
        )
        if found not in {expected, *excused} and not _is_form_of_nobody(route, method, found):
            wrong[route, method] = (found, expected)

    assert wrong == {}


def _is_form_of_nobody(route: str, method: str, found: str) -> bool:
    """Forms that need no session need the browser that opened them, which none of these is."""
    return method == "POST" and POLICY[route, method] is Open.ANYBODY and found == "refused"


def test_what_is_for_anybody_is_the_same_for_the_team(house: House) -> None:
    public = [path for path, method in routes(house.office) if method == "GET" and not path.startswith("/manage")]
    for route in public:
        path = house.path(route)
        if POLICY[route, "GET"] is not Open.TOKEN:
            seen = [house.ask(role, "GET", path) for role in ("owner", "nobody")]
            assert len({(each.status_code, _KEY.sub("", each.text)) for each in seen}) == 1, route


@pytest.mark.parametrize("role", ["sister", "stranger", "owner"])
def test_what_belongs_to_others_looks_like_what_is_not_there(house: House, role: str) -> None:
    """For members of the first host the foreign event, for strangers the first host's: byte for byte."""
    foreign = house.foreign if role != "stranger" else house.made
    for route, method in routes(house.office):
        if method in {"GET", "POST"} and route.startswith("/manage/events/{slug:str}"):
            theirs = house.ask(role, method, house.path(route, foreign))
            missing = house.ask(role, method, house.path(route, foreign).replace(foreign.slug, "gibt-es-nicht"))
            assert (theirs.status_code, theirs.content, theirs.headers) == (404, missing.content, missing.headers), (
                route
            )


def test_a_person_of_another_event_looks_like_nobody(house: House) -> None:
    theirs, nobody = house.codes[FOREIGN], "2222-2222"
    for route, method in routes(house.office):
        if "{code:str}" in route and route.startswith("/manage") and method in {"GET", "POST"}:
            path = house.path(route).replace(house.codes[OWN], theirs)
            answers = [house.ask("owner", method, each) for each in (path, path.replace(theirs, nobody))]
            assert [(each.status_code, each.content) for each in answers] == [(404, answers[1].content)] * 2, route


def test_every_form_needs_the_secret_of_its_own_session_and_our_own_page(house: House) -> None:
    other = house.office.write(signins.start, house.ids["organiser"], house.office.now).csrf
    forms = [route for route, method in routes(house.office) if method == "POST" and route.startswith("/manage")]
    for route in forms:
        if POLICY[route, "POST"] is Open.LINK:
            continue  # the token in the address is the secret
        path = house.path(route)
        answers = [house.ask("owner", "POST", path, data={"csrf": csrf}) for csrf in ("", "x", other)]
        answers += [
            house.ask("owner", "POST", path, headers={"sec-fetch-site": site}) for site in ("cross-site", "same-site")
        ]
        assert [answer.status_code for answer in answers] == [403] * 5, route


@pytest.mark.parametrize("role", ["nobody", "desk"])
def test_another_spelling_of_an_address_decides_nothing_else(house: House, role: str) -> None:
    for route, method in routes(house.office):
        if method != "GET" or POLICY[route, method] not in {*Right, Open.SIGNED_IN}:
            continue
        if role == "desk" and POLICY[route, method] in {*GRANTS[Role.DESK], Open.SIGNED_IN}:
            continue
        path = house.path(route)
        plain = answered(house.ask(role, "GET", path))
        others = [
            house.spelled(role, spelled)
            for spelled in (
                *(f"/{path}", f"{path}/", path.upper(), path.replace("/manage", "/%6danage", 1), f"{path}/."),
                *(f"{path}%2f", path.replace("/manage", "/manage/%2e", 1), path.replace("/manage/", "/manage//", 1)),
            )
        ]
        others += [house.ask(role, "HEAD", path)]
        others += [house.ask(role, "GET", path, headers={"x-http-method-override": "POST"})]
        others += [house.ask(role, "GET", f"{path}?_method=POST")]
        assert {answered(each) for each in others if each.status_code not in {400, 405}} <= {plain, "not there"}, route


def test_what_an_address_takes_tells_nothing_of_what_is_there(house: House) -> None:
    for route, method in routes(house.office):
        if method == "OPTIONS" and "{slug:str}" in route and route.startswith("/manage"):
            answers = [
                house.ask("nobody", "OPTIONS", house.path(route).replace(OWN, slug)) for slug in (OWN, FOREIGN, "keins")
            ]
            assert len({(each.status_code, each.headers["allow"], each.content) for each in answers}) == 1, route


@pytest.mark.parametrize(
    "query", ["q=kanarien", "q=kanarien&state=all", "state=all&sort=name", "x=1&sort=-code", "q=%"]
)
def test_searching_and_sorting_finds_nothing_of_others(house: House, query: str) -> None:
    for route, method in routes(house.office):
        if method == "GET" and not route.startswith("/api/docs"):
            house.ask("owner", "GET", f"{house.path(route)}?{query}")


def test_nothing_of_the_other_host_was_in_any_answer(house: House) -> None:
    """The last test of the file: it looks at all that the others were answered."""
    found = [asked for asked, said in house.told.items() if CANARY.encode() in said or CANARY.lower().encode() in said]
    own = house.ask("stranger", "GET", f"/manage/events/{FOREIGN}")

    assert found == []
    assert len(house.told) > len(POLICY)
    assert own.status_code == 200
