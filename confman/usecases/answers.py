"""Answers and consents of a submission, checked against the event's questions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from confman.domain import people
from confman.domain.errors import N_, Fault
from confman.usecases.events import EventView

TEXT_LENGTH = 200
LONG_LENGTH = 2_000
NEEDS_CONSENT = "needs"
"""The key of the consent text without which sensitive answers are not accepted."""

_POSTCODE = re.compile(r"\d{3}(\d\d)?", re.ASCII)

Given = str | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class Answers:
    """By question id; `options` are the units of limited options that were chosen."""

    plain: Mapping[UUID, Any] = field(default_factory=dict)
    sensitive: Mapping[UUID, Any] = field(default_factory=dict)
    options: tuple[UUID, ...] = ()
    consents: tuple[UUID, ...] = ()


def check_answers(
    event: EventView,
    given: Mapping[str, Given],
    consents: Sequence[str],
    faults: list[Fault],
    *,
    demanding: bool = True,
) -> Answers:
    """Adds a fault for each answer that does not fit its question, each missing one and each unknown key.

    Not `demanding`: none is missing, for organisers often do not know the answers of whom they add by hand.
    """
    if not given and not consents and not event.questions:
        return Answers()
    plain: dict[UUID, Any] = {}
    sensitive: dict[UUID, Any] = {}
    options: list[UUID] = []
    unknown = [key for key in given if key not in event.questions]
    faults += [Fault(("answers", key), N_("There is no such question.")) for key in unknown]
    for key, question in event.questions.items():
        value = _value(question, given.get(key), faults)
        if demanding and question["required"] and value in (None, "", [], False):
            faults.append(Fault(("answers", key), N_("Please answer this question.")))
        elif value not in (None, "", []):
            (sensitive if question["sensitive"] else plain)[question["id"]] = value
            options += _units(question, value)
    agreed = _consents(event, consents, faults)
    needs = event.consents.get(NEEDS_CONSENT)
    if sensitive and needs is not None and needs["id"] not in agreed:
        faults.append(
            Fault(("consents",), N_("We need your consent to use these details. Otherwise leave them empty."))
        )
    return Answers(plain, sensitive, tuple(options), agreed)


def _consents(event: EventView, keys: Sequence[str], faults: list[Fault]) -> tuple[UUID, ...]:
    agreed: dict[UUID, None] = {}
    for index, key in enumerate(keys):
        found = event.consents.get(key)
        if found is None:
            faults.append(Fault(("consents", index), N_("There is no such consent.")))
        else:
            agreed[found["id"]] = None
    return tuple(agreed)


def _value(question: Mapping[str, Any], given: Given, faults: list[Fault]) -> Given:
    """The answer as kept; a fault and None where it does not fit the question's kind."""
    if given is None:
        return None
    kind, path = question["kind"], ("answers", question["key"])
    known = {option["value"] for option in question["options"] or ()}
    match kind, given:
        case (("text" | "long" | "postcode"), str()):
            text = _text(given, LONG_LENGTH if kind == "long" else TEXT_LENGTH, path, faults)
            return _postcode(text, path, faults) if text and kind == "postcode" else text
        case "yes_no", bool():
            return given
        case "one", str() if given in known:
            return given
        case "many", list() if known.issuperset(given):
            return list(dict.fromkeys(given))
        case _:
            faults.append(Fault(path, N_("This answer does not fit the question.")))
            return None


def _text(given: str, limit: int, path: tuple[str, ...], faults: list[Fault]) -> str | None:
    """Long answers may have several lines, each cleaned by itself."""
    try:
        lines = [people.cleaned(line, limit) for line in given.replace("\r\n", "\n").split("\n")]
        return lines[0] if len(lines) == 1 else _joined(lines, limit)
    except people.Unreadable:
        faults.append(Fault(path, N_("There is a character in it that cannot be used here. Please type it again.")))
    except people.TooLong as error:
        says = N_("Please shorten this to {limit} characters.")
        faults.append(Fault(path, says, (("limit", error.limit),)))
    return None


def _postcode(text: str, path: tuple[str, ...], faults: list[Fault]) -> str | None:
    """The first three digits, also of who typed all five: more is not needed and not kept."""
    if _POSTCODE.fullmatch(text):
        return text[:3]
    faults.append(Fault(path, N_("Please enter the first three digits of your postcode.")))
    return None


def _joined(lines: list[str], limit: int) -> str:
    text = "\n".join(lines).strip()
    if len(text) > limit:
        raise people.TooLong(len(text), limit)
    return text


def _units(question: Mapping[str, Any], value: Any) -> list[UUID]:
    chosen = {value} if isinstance(value, str | bool) else set(value)
    return [
        UUID(hex=option["unit_id"])
        for option in question["options"] or ()
        if option.get("unit_id") and (option["value"] in chosen or (option["value"] == "yes" and value is True))
    ]
