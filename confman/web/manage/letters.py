"""The letters of an event: what became of each, how it reads, and sending it again."""

from collections.abc import Mapping
from typing import Any, Final, get_args
from uuid import UUID

from litestar import Response

from confman.domain.errors import N_, NotFound
from confman.domain.people import full_name
from confman.http.counter import Desk, counter_form, counter_page
from confman.usecases.manage import letters
from confman.usecases.manage.letters import Line, State
from confman.web.manage.person_words import Words

HERE: Final = "/manage/events/{slug:str}/letters"
_STATES: Final[Mapping[str, str]] = {
    "waiting": N_("waits"),
    "leaving": N_("on its way"),
    "accepted": N_("accepted"),
    "retried": N_("is tried again"),
    "failed": N_("undeliverable"),
    "superseded": N_("not sent"),
}


@counter_page(HERE)
async def see(desk: Desk) -> Response[bytes]:
    state, after = _state(desk.query.text("state")), _id(desk.query.text("after"))
    found = await desk.node.work.read(letters.page, desk.event, state, after, desk.now)
    words = Words(desk)
    return desk.page(
        "manage/letters.html",
        lines=[_line(words, line) for line in found.lines],
        more=found.lines[-1].row["id"].hex if found.has_more else None,
        failures=found.failures,
        state=state or "",
        states=[(name, desk.say(text)) for name, text in _STATES.items()],
        is_first=after is None,
        done=_number(desk.query.text("again")),
    )


@counter_page(f"{HERE}/{{letter:str}}")
async def see_one(desk: Desk) -> Response[bytes]:
    key, node = _id(desk.path("letter")), desk.node
    if key is None:
        raise NotFound
    site = (node.settings.base_url, node.secrets)
    found = await node.work.read(letters.one, desk.event, key, desk.now, site)
    return desk.page("manage/letter.html", line=_line(Words(desk), found.line), content=found.content)


@counter_form(f"{HERE}/retries")
async def send_again(desk: Desk) -> Response[bytes]:
    """One that was named, or all that have failed."""
    key = _id(desk.sent.text("letter"))
    if key is None and not desk.sent.has("all", "yes"):
        raise NotFound
    number = await desk.node.work.write(letters.send_again, desk.event, key, desk.who, desk.node.clock)
    return desk.see_other(f"{desk.home}/letters", again=str(number))


def _line(words: Words, line: Line) -> dict[str, Any]:
    row = line.row
    name = full_name(row["title"], row["given_name"], row["family_name"]) if row["code"] else ""
    at = row["accepted_at"] or row["failed_at"] or row["due_at"]
    return {"row": row, "state": line.state, "says": words.say(_STATES[line.state]), "name": name, "at": at} | {
        "kind": words.letter(row["kind"])
    }


def _state(sent: str) -> State | None:
    return sent if sent in get_args(State) else None  # type: ignore[return-value] # one of its words


def _number(sent: str) -> int | None:
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else None


def _id(sent: str) -> UUID | None:
    try:
        return UUID(sent)
    except ValueError:
        return None
