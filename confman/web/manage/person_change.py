"""Changing one registration: details, places, cancelling it and letting in again; each with what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Response

from confman.http.counter import Desk, counter_form, counter_page
from confman.http.forms import Filled, Message, Sent
from confman.kernel.i18n import LANGUAGES, language_name
from confman.usecases.events import availability
from confman.usecases.manage.person import Person
from confman.usecases.manage.person_acts import Cancelling, Changing, Confirming
from confman.web.manage.person import PATH, Notice, Shown, found, show, show_changed, who_changed
from confman.web.manage.person_forms import (
    details_lines,
    details_meant,
    details_sent,
    kept,
    places_fields,
    places_lines,
    places_meant,
    places_sent,
)
from confman.web.manage.person_history import Said
from confman.web.manage.person_weighing import LIVE_ALREADY, Errand, address, carry_out, preview
from confman.web.manage.person_words import Words, name_of

# details


@counter_page(f"{PATH}/details")
async def see_details(desk: Desk) -> Response[bytes]:
    return await _details(desk)(Filled(), 200)


@counter_form(f"{PATH}/details")
async def change_details(desk: Desk) -> Response[bytes]:
    versions = _versions(desk, "details", details_sent, details_lines)
    return await carry_out(desk, Errand(details_meant(desk.sent), "details", "details", _details(desk), versions))


def _details(desk: Desk) -> Callable[[Filled, int], Awaitable[Response[bytes]]]:
    async def page(form: Filled, status: int) -> Response[bytes]:
        of = await found(desk)
        words = Words(desk)
        shown = form if form.sent.fields else Filled(details_sent(of))
        return desk.page(
            "manage/person_details.html",
            status=status,
            form=shown,
            name=name_of(dict(of.row)),
            action=desk.reader.link(address(desk, "details")),
            back=desk.reader.link(address(desk)),
            categories=[(key, words.category(key)) for key in desk.event.categories],
            languages=[(tag, language_name(tag, desk.reader.language)) for tag in LANGUAGES],
        )

    return page


# places


@counter_page(f"{PATH}/places")
async def see_places(desk: Desk) -> Response[bytes]:
    return await _places(desk)(Filled(), 200)


@counter_form(f"{PATH}/places")
async def change_places(desk: Desk) -> Response[bytes]:
    versions = _versions(
        desk,
        "places",
        lambda of: places_sent(desk.event, of),
        lambda sent, words: places_lines(desk.event, sent, words),
    )
    act = Changing(places_meant(desk.event, desk.sent))
    return await carry_out(desk, Errand(act, "places", "places", _places(desk), versions))


_AT_PARTS = ("parts", "choices")


def _places(desk: Desk) -> Callable[[Filled, int], Awaitable[Response[bytes]]]:
    async def page(form: Filled, status: int) -> Response[bytes]:
        of = await found(desk)
        units = await desk.node.work.read(availability, desk.event, desk.now)
        sent = form.sent if form.sent.fields else places_sent(desk.event, of)
        messages = tuple(_at_field(message) for message in form.messages)
        return desk.page(
            "manage/person_places.html",
            status=status,
            form=Filled(sent, messages),
            name=name_of(dict(of.row)),
            action=desk.reader.link(address(desk, "places")),
            back=desk.reader.link(address(desk)),
            parts=places_fields(desk.event, of, units),
            says=Words(desk),
        )

    return page


def _at_field(message: Message) -> Message:
    """A fault of one part or choice stands at the field of all parts or of its slot."""
    name, _, rest = message.name.partition(".")
    if name not in _AT_PARTS:
        return message
    field = "parts" if name == "parts" else f"choice.{rest.partition('.')[0]}"
    return Message(field, message.says, message.about)


# cancelling and letting in again


@counter_page(f"{PATH}/cancellation")
async def see_cancellation(desk: Desk) -> Response[bytes]:
    of = await found(desk)
    return await preview(desk, _cancelling(desk)) if of.is_live else await show(desk, Shown())


@counter_form(f"{PATH}/cancellation")
async def cancel(desk: Desk) -> Response[bytes]:
    return await carry_out(desk, _cancelling(desk))


@counter_page(f"{PATH}/return")
async def see_return(desk: Desk) -> Response[bytes]:
    of = await found(desk)
    if of.other is not None:
        return await show(desk, Shown(Notice("info", desk.say(LIVE_ALREADY)), 409))
    return await show(desk, Shown()) if of.is_live else await preview(desk, _returning(desk))


@counter_form(f"{PATH}/return")
async def let_in(desk: Desk) -> Response[bytes]:
    return await carry_out(desk, _returning(desk))


def _cancelling(desk: Desk) -> Errand:
    return Errand(Cancelling(), "cancellation", "cancelled", _person(desk), _changed(desk))


def _returning(desk: Desk) -> Errand:
    return Errand(Confirming(again=True), "return", "returned", _person(desk), _changed(desk))


def _person(desk: Desk) -> Callable[[Filled, int], Awaitable[Response[bytes]]]:
    async def page(form: Filled, status: int) -> Response[bytes]:
        first, *others = [message.says for message in form.messages]
        return await show(desk, Shown(Notice("danger", first, tuple(others)), status))

    return page


def _changed(desk: Desk) -> Callable[[], Awaitable[Response[bytes]]]:
    async def page() -> Response[bytes]:
        return await show_changed(desk)

    return page


# two at once

Lines = Callable[[Sent, Words], Mapping[str, str]]


def _versions(
    desk: Desk, name: str, sent_of: Callable[[Person], Sent], lines: Lines
) -> Callable[[], Awaitable[Response[bytes]]]:
    """What was typed and what somebody else saved meanwhile, side by side."""

    async def page() -> Response[bytes]:
        of = await found(desk)
        words = Words(desk)
        mine, other = lines(desk.sent, words), lines(sent_of(of), words)
        if mine == other:  # both want the same
            return desk.see_other(address(desk), done=name)
        last = next(iter(of.history.lines), None)
        known = last is not None and last["actor"] in of.history.actors
        values: dict[str, Any] = {
            "name": name_of(dict(of.row)),
            "title": who_changed(desk, of),
            "who": Said(words, of.history).actor(last["actor"]) if last is not None and known else "",
            "rows": [(label, mine[label], other[label]) for label in mine if mine[label] != other[label]],
            "fields_sent": kept(desk.sent),
            "revision": of.row["revision"],
            "tells": desk.sent.text("tells"),
            "action": desk.reader.link(address(desk, name)),
            "back": desk.reader.link(address(desk)),
        }
        return desk.page("manage/person_versions.html", status=409, **values)

    return page
