"""Forms of pages: one parser on the raw body, and what a page shows of a form: values as typed, messages at fields."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from litestar import Request
from litestar.exceptions import ClientException, HTTPException

from confman.domain.errors import N_, Fault
from confman.http.problems import said

MOST_FIELDS = 200
MEDIA_TYPE = "application/x-www-form-urlencoded"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class NotAForm(HTTPException):
    status_code = 415
    says = N_("This was not sent by the form of this page. Nothing was recorded.")


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as sent: every name with the list of its values, in their order; lines end in one character."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def all(self, name: str) -> tuple[str, ...]:
        return self.fields.get(name, ())

    def text(self, name: str) -> str:
        """The value of a field that there is once; the first of several, empty where there is none."""
        return next(iter(self.all(name)), "")

    def has(self, name: str, value: str) -> bool:
        return value in self.all(name)

    def below(self, prefix: str) -> dict[str, tuple[str, ...]]:
        """Those whose name begins with `prefix`, named by what follows it: `choice.forums` below `choice.`."""
        return {name[len(prefix) :]: values for name, values in self.fields.items() if name.startswith(prefix)}

    def repeated(self, names: Iterable[str]) -> tuple[Fault, ...]:
        """A fault for each of `names` that was sent several times, though there is one field for it."""
        says = N_("This was sent more than once. Please check it.")
        return tuple(Fault((name,), says) for name in names if len(self.all(name)) > 1)


async def read_form(request: Request[Any, Any, Any]) -> Sent:
    """What was posted. Raises 415 for other kinds of bodies, 400 for what cannot be read; the app bounds its size."""
    media_type, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if media_type.strip().lower() != MEDIA_TYPE or charset not in {"", "utf-8"}:
        raise NotAForm
    return parse_form(await request.body())


def parse_form(raw: bytes) -> Sent:
    """Strictly UTF-8 and at most MOST_FIELDS; `=` may be left out. Raises 400."""
    pairs = [pair for pair in raw.split(b"&") if pair]
    if len(pairs) > MOST_FIELDS:
        raise ClientException
    fields: dict[str, list[str]] = {}
    for pair in pairs:
        name, _, value = pair.partition(b"=")
        fields.setdefault(_decoded(name), []).append(_decoded(value))
    return Sent({name: tuple(values) for name, values in fields.items()})


def _decoded(raw: bytes) -> str:
    try:
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        raise ClientException from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


# what a page shows


@dataclass(frozen=True, slots=True)
class Message:
    """What is wrong with the field `name`; `about` names it in the list of all, where the sentence does not."""

    name: str
    says: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as shown, for the macros of `_fields.html`: what was typed before, and what is wrong with it."""

    sent: Sent = field(default_factory=Sent)
    messages: tuple[Message, ...] = ()

    def value(self, name: str) -> str:
        """As typed, without what no field can show; so sending it again is not refused for that."""
        return _CONTROL.sub("", self.sent.text(name))

    def has(self, name: str, value: str) -> bool:
        return self.sent.has(name, value)

    def wrong(self, name: str) -> str:
        """The message at this field; empty where all is well."""
        return next((message.says for message in self.messages if message.name == name), "")


def messages_of(
    faults: Iterable[Fault],
    language: str,
    names: Mapping[str, str] | None = None,
    abouts: Mapping[str, str] | None = None,
) -> tuple[Message, ...]:
    """One message a field, the first. A fault's path is the field's name, joined by dots.

    `names`: the field at which a path's message stands, where it is another; `abouts`: labels by field.
    """
    found: dict[str, Message] = {}
    for fault in faults:
        path = ".".join(str(step) for step in fault.path)
        name = (names or {}).get(path, path)
        sentence = said(fault.says, dict(fault.facts), language)
        found.setdefault(name, Message(name, sentence, (abouts or {}).get(name, "")))
    return tuple(found.values())
