"""From what somebody typed to a request of the ledger: every field checked, every fault named at once."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import msgspec

from confman.domain import codes, people
from confman.domain.errors import N_, Fault, Malformed
from confman.domain.ledger.book import Contact, Identity
from confman.domain.ledger.requests import Choice, Hand, Register, Want
from confman.kernel.i18n import LANGUAGES
from confman.kernel.ids import new_id
from confman.usecases.addresses import Address, MissingAt, NotAnAddress, checked_address
from confman.usecases.answers import Answers, check_answers
from confman.usecases.events import EventView, SlotView
from confman.usecases.registrar import Ask, NewPerson

NAME_LENGTH = 100
TITLE_LENGTH = 60
INSTITUTION_LENGTH = 200
PHOTOS = "photos"
"""The key of the consent to be photographed, where an event asks for consent and not for objections."""
_CODES = 31**7

ChoiceTyped = str | Mapping[str, str | None] | None


class Submission(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A registration as sent by a form or a program; slugs and keys of the event, texts as typed."""

    given_name: str = ""
    family_name: str = ""
    email: str | None = None
    title: str | None = None
    institution: str | None = None
    language: str | None = None
    parts: list[str] = []
    choices: dict[str, str | dict[str, str | None] | None] = {}
    answers: dict[str, str | bool | list[str] | None] = {}
    consents: list[str] = []
    accept_waiting: bool = False
    no_photo: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """Who sends it and how: `source` form, api, hand or import; `key` the idempotency key, scoped by its sender."""

    source: str
    actor: str = "attendee"
    key: str | None = None
    hand: Hand | None = None
    category: str = "attendee"
    language: str = "de"


@dataclass(frozen=True, slots=True)
class Named:
    """A person's names as they are kept, and their keys."""

    given_name: str
    family_name: str
    title: str | None
    institution: str | None
    name_key: str
    sort_key: str
    search_key: str


@dataclass(slots=True)
class Faults:
    """Collected, so that all are named at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, says: str, *path: str | int, **facts: str | int) -> None:
        self.found.append(Fault(path, says, tuple(facts.items())))


def ask_to_register(event: EventView, sent: Submission, origin: Origin) -> Ask:
    """The request for the ledger. Raises `Malformed` with all faults."""
    faults = Faults()
    named = named_from(sent, faults)
    address = address_from(sent.email, faults, required=origin.hand is None)
    language = language_from(sent.language, origin.language, faults)
    answers = check_answers(event, sent.answers, sent.consents, faults.found, demanding=origin.hand is None)
    want = _want(event, sent, answers, faults)
    category = event.categories.get(origin.category)
    if category is None:
        faults.add(N_("There is no such category."), "category")
    if faults.found or category is None:
        raise Malformed(tuple(faults.found))
    request = Register(
        id=new_id(),
        identity=Identity(address.key if address else None, named.name_key),
        contact=Contact(address.typed if address else None, language),
        want=want,
        key=origin.key,
        digest=digest_of(sent) if origin.key is not None else None,
        from_form=origin.source == "form",
        accept_waiting=sent.accept_waiting,
        counts=category["counts"],
        hand=origin.hand,
    )
    person = _person(named, category["id"], origin.source, answers, no_photo=no_photo(event, sent))
    return Ask(request, person, actor=origin.actor)


def no_photo(event: EventView, sent: Submission) -> bool:
    """Whether the badge gets the mark: who objects, or who has not agreed where that is asked for."""
    if event.row["photos"] == "consent":
        return PHOTOS not in sent.consents
    return sent.no_photo


def digest_of(sent: Submission) -> bytes:
    """The same for the same content, whatever the order of its names."""
    return hashlib.sha256(msgspec.json.encode(sent, order="deterministic")).digest()


def new_code() -> str:
    return codes.code_of(secrets.randbelow(_CODES))


def _person(named: Named, category: UUID, source: str, answers: Answers, *, no_photo: bool) -> NewPerson:
    return NewPerson(
        code=new_code(),
        category_id=category,
        given_name=named.given_name,
        family_name=named.family_name,
        sort_key=named.sort_key,
        search_key=named.search_key,
        source=source,
        title=named.title,
        institution=named.institution,
        no_photo=no_photo,
        answers=answers.plain,
        sensitive_answers=answers.sensitive,
        consents=answers.consents,
    )


# names and address


def named_from(sent: Submission, faults: Faults) -> Named:
    given = text_from(sent.given_name, "given_name", NAME_LENGTH, faults)
    family = text_from(sent.family_name, "family_name", NAME_LENGTH, faults)
    title = text_from(sent.title, "title", TITLE_LENGTH, faults) or None
    institution = text_from(sent.institution, "institution", INSTITUTION_LENGTH, faults) or None
    if not family and all(fault.path != ("family_name",) for fault in faults.found):
        faults.add(N_("Please enter your surname."), "family_name")
    return named_as(given, family, title, institution)


def named_as(given: str, family: str, title: str | None, institution: str | None) -> Named:
    """Cleaned names with their keys."""
    return Named(
        given,
        family,
        title,
        institution,
        name_key=people.name_key(given, family),
        sort_key=people.sort_key(given, family),
        search_key=people.search_key(given, family, institution, title),
    )


def text_from(typed: str | None, name: str, limit: int, faults: Faults) -> str:
    if not typed:
        return ""
    try:
        return people.cleaned(typed, limit)
    except people.Unreadable as error:
        faults.add(
            N_("Character {position} cannot be used here. Please type it again."), name, position=error.position + 1
        )
    except people.TooLong as error:
        faults.add(N_("Please shorten this to {limit} characters."), name, limit=error.limit)
    return ""


def address_from(typed: str | None, faults: Faults, *, required: bool) -> Address | None:
    if not typed or not typed.strip():
        if required:
            faults.add(N_("Please enter your e-mail address, for example name@example.org."), "email")
        return None
    try:
        return checked_address(typed)
    except MissingAt:
        faults.add(N_("The @ sign is missing in the e-mail address."), "email")
    except NotAnAddress:
        faults.add(N_("No e-mail can be sent to this address. Please check it."), "email")
    return None


def language_from(sent: str | None, default: str, faults: Faults) -> str:
    if sent is None:
        return default
    if sent not in LANGUAGES:
        faults.add(N_("The language must be de or en."), "language")
    return sent


# parts and choices


def _want(event: EventView, sent: Submission, answers: Answers, faults: Faults) -> Want:
    parts = _parts(event, sent, faults)
    choices = choices_of(event, sent.choices, faults.found)
    return Want(
        parts=tuple(event.parts[slug].unit for slug in parts),
        choices=choices,
        options=answers.options,
    )


def _parts(event: EventView, sent: Submission, faults: Faults) -> list[str]:
    """Those named, those whose choices are named, and the only one where there is but one."""
    named: dict[str, None] = {}
    for index, slug in enumerate(sent.parts):
        if slug in event.parts:
            named[slug] = None
        else:
            faults.add(N_("There is no such part."), "parts", index)
    for slug, choice in sent.choices.items():
        if choice is not None and slug in event.slots:
            named[event.slots[slug].part] = None
    if not named and len(event.parts) == 1:
        named.update(dict.fromkeys(event.parts))
    if not named and not sent.parts:
        faults.add(N_("Please choose at least one part."), "parts")
    return list(named)


def choices_of(event: EventView, typed: Mapping[str, ChoiceTyped], faults: list[Fault]) -> dict[UUID, Choice | None]:
    """Choices by slot id; a slot named with null is decided later."""
    choices: dict[UUID, Choice | None] = {}
    for slug, chosen in typed.items():
        slot = event.slots.get(slug)
        if slot is None or not slot.choices:
            faults.append(Fault(("choices", slug), N_("There is nothing to choose here.")))
        elif chosen is None:
            if any(slot.part == part for part in event.parts):
                choices[slot.id] = None
        else:
            choices[slot.id] = _choice(slot, chosen, faults)
    return choices


def _choice(slot: SlotView, chosen: str | Mapping[str, str | None], faults: list[Fault]) -> Choice | None:
    if isinstance(chosen, str):
        chosen = {"session": chosen}
    session = _session(slot, chosen.get("session"), "session", faults)
    until = chosen.get("until_then")
    until_unit = None if until is None else _session(slot, until, "until_then", faults)
    unknown = chosen.keys() - {"session", "until_then"}
    faults += [Fault(("choices", slot.slug, name), N_("This field is not known.")) for name in sorted(unknown)]
    return None if session is None else Choice(session, until_unit)


def _session(slot: SlotView, slug: str | None, name: str, faults: list[Fault]) -> UUID | None:
    choosable = slot.choices.get(slug or "")
    if choosable is None:
        faults.append(Fault(("choices", slot.slug, name), N_("There is no such session to choose.")))
        return None
    return choosable.unit
