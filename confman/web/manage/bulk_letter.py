"""An e-mail to those who were chosen in the table: writing it, how it will look, sending it."""

from typing import Final

from litestar import Response

from confman.domain.errors import N_
from confman.domain.messages import PLACEHOLDERS, Message, misspelt, readable
from confman.domain.people import full_name
from confman.http.counter import Desk, counter_form
from confman.http.forms import Filled
from confman.http.forms import Message as Wrong
from confman.usecases.manage import bulk_letters
from confman.usecases.manage.bulk_letters import Writing
from confman.usecases.manage.bulk_people import chosen
from confman.web.manage.bulk import BULK, nobody
from confman.web.manage.bulk_form import carried, deed_id, list_address, selection_of

LONGEST_SUBJECT: Final = 150
LONGEST_BODY: Final = 10_000


@counter_form(f"{BULK}/letter")
async def letter(desk: Desk) -> Response[bytes]:
    """First the empty form, then the letters as they will look, then they are written."""
    selection = selection_of(desk)
    if not desk.sent.has("seen", "yes"):
        return await _form(desk, ())
    wrong = tuple(_wrong(desk))
    if wrong or desk.sent.has("do", "no"):
        return await _form(desk, wrong)
    message = _message(desk)
    writing = Writing(deed_id(desk, "letter", selection, message), selection, message)
    if desk.sent.has("do", "yes"):
        await desk.node.work.write(bulk_letters.write, desk.event, writing, desk.who, desk.node.clock)
        return desk.see_other(f"{desk.home}/bulk/{writing.id}")
    return await _looks(desk, writing)


def _message(desk: Desk) -> Message:
    subject, body = readable(desk.sent.text("subject")), readable(desk.sent.text("body"))
    return Message(" ".join(subject.split()), body.strip())


def _wrong(desk: Desk) -> list[Wrong]:
    found, message = [], _message(desk)
    for name, text, most in (("subject", message.subject, LONGEST_SUBJECT), ("body", message.body, LONGEST_BODY)):
        strange = misspelt(text)
        if not text:
            says = N_("Please enter a subject.") if name == "subject" else N_("Please write something.")
            found.append(Wrong(name, desk.say(says)))
        elif len(text) > most:
            found.append(Wrong(name, desk.say(N_("At most {most} characters, please."), most=most)))
        elif strange:
            says = N_("There is no placeholder {name}. Those that there are stand below the text.")
            found.append(Wrong(name, desk.say(says, name=strange[0])))
    return found


async def _form(desk: Desk, wrong: tuple[Wrong, ...]) -> Response[bytes]:
    selection = selection_of(desk)
    people = await desk.node.work.read(chosen, desk.event, selection)
    if not people.rows:
        return nobody(desk, people)
    return desk.page(
        "manage/bulk_letter.html",
        status=422 if wrong else 200,
        form=Filled(desk.sent, wrong),
        fields=carried(selection),
        names=[full_name(row["title"], row["given_name"], row["family_name"]) for row in people.rows],
        lost=people.lost,
        placeholders=PLACEHOLDERS,
        back=list_address(desk, selection),
    )


async def _looks(desk: Desk, writing: Writing) -> Response[bytes]:
    node = desk.node
    seen = await node.work.read(bulk_letters.looks, desk.event, writing, node.settings.base_url, node.secrets)
    if not seen.chosen.rows:
        return nobody(desk, seen.chosen)
    return desk.page(
        "manage/bulk_letter_preview.html",
        seen=seen,
        letters=[(_name(row), shown) for row, shown in seen.letters],
        fields=[
            *carried(writing.selection),
            ("subject", desk.sent.text("subject")),
            ("body", desk.sent.text("body")),
        ],
        reply_to=desk.event.row["mailbox"] or desk.event.row["contact_email"],
    )


def _name(row: dict[str, str]) -> str:
    return full_name(row["title"], row["given_name"], row["family_name"])
