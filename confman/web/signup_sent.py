"""From the form's fields to a submission, and from what is wrong with it to messages at the fields."""

from collections.abc import Iterable, Iterator, Mapping

from confman.domain.errors import ChoiceMissing, Clash, Fault, Full, Malformed, Refusal, TooManyForAddress
from confman.http.forms import Message, Sent, messages_of
from confman.kernel.i18n import N_, sentences_in
from confman.usecases.addresses import near_miss
from confman.usecases.answers import NEEDS_CONSENT, Given
from confman.usecases.events import EventView, Row
from confman.usecases.programme import said
from confman.usecases.submissions import Submission
from confman.web.signup_names import Names

ONCE = ("title", "given_name", "family_name", "email", "institution", "key", "email_meant", "no_photo")
PERSON = ("title", "given_name", "family_name", "email", "institution")
NEEDS = f"consents.{NEEDS_CONSENT}"
"""The id of the box for the consent to sensitive answers."""
_NO = frozenset(("", "0", "false", "no", "off"))


def submission_of(event: EventView, sent: Sent, language: str) -> tuple[Submission, tuple[Fault, ...]]:
    """What was sent, in the words of the API, with faults that only a form can have."""
    faults = [*sent.repeated(ONCE), *_repeated_answers(event, sent)]
    answers = {key: _answer(event.questions.get(key), values) for key, values in sent.below("answer.").items()}
    submission = Submission(
        given_name=sent.text("given_name"),
        family_name=sent.text("family_name"),
        email=meant_address(event, sent),
        title=sent.text("title"),
        institution=sent.text("institution"),
        language=language,
        parts=[slug for slug in sent.all("parts") if slug],
        choices=_choices(sent),
        answers={key: answer for key, answer in answers.items() if answer is not None},
        consents=_consents(event, sent, answers),
        accept_waiting=any(_is_yes(value) for value in sent.all("accept_waiting")),
        no_photo=_is_yes(sent.text("no_photo")),
    )
    return submission, tuple(faults)


def _is_yes(value: str) -> bool:
    return value.lower() not in _NO


def _choices(sent: Sent) -> dict[str, str | dict[str, str | None] | None]:
    """Nothing chosen, or "later", is the same as a slot that is not named."""
    choices: dict[str, str | dict[str, str | None] | None] = {}
    for slot, values in sent.below("choice.").items():
        until = sent.text(f"until.{slot}")
        if values[0]:
            choices[slot] = {"session": values[0], "until_then": until} if until else values[0]
    return choices


def _answer(question: Row | None, values: tuple[str, ...]) -> Given:
    given = [value for value in values if value]
    if not given:
        return None
    kind = question["kind"] if question is not None else "text"
    if kind == "yes_no":
        return True if _is_yes(given[0]) else None
    return given if kind == "many" else given[0]


def _repeated_answers(event: EventView, sent: Sent) -> Iterable[Fault]:
    single = [f"answer.{key}" for key, question in event.questions.items() if question["kind"] != "many"]
    return sent.repeated([*single, *(f"choice.{slot}" for slot in event.slots), *(f"until.{s}" for s in event.slots)])


def _consents(event: EventView, sent: Sent, answers: Mapping[str, Given]) -> list[str]:
    """Without a sensitive answer there is nothing to agree to."""
    is_needed = any(
        answers.get(key) not in (None, "", []) for key, question in event.questions.items() if question["sensitive"]
    )
    return [key for key in dict.fromkeys(sent.all("consents")) if key and (is_needed or key != NEEDS_CONSENT)]


# the address that was probably meant


def suggestion(event: EventView, sent: Sent) -> str | None:
    """What to ask about the address, unless it was answered: the field stays as typed, both are offered."""
    typed = sent.text("email")
    meant = near_miss(typed, _own_domains(event))
    return None if meant is None or sent.text("email_meant") in {meant, typed.strip()} else meant


def meant_address(event: EventView, sent: Sent) -> str:
    typed = sent.text("email")
    meant = near_miss(typed, _own_domains(event))
    return meant if meant is not None and sent.text("email_meant") == meant else typed


def _own_domains(event: EventView) -> tuple[str, ...]:
    ours = (event.row["mailbox"], event.row["contact_email"])
    return tuple(dict.fromkeys(address.rpartition("@")[2].lower() for address in ours if address and "@" in address))


# messages


def messages_from(refusal: Refusal, names: Names) -> tuple[Message, ...]:
    """At the fields of what was refused; none where the refusal is about no field."""
    if isinstance(refusal, Malformed):
        return of_faults(names.event, refusal.faults, names.language)
    speech = sentences_in(names.language)
    return tuple(Message(field, speech.say(says, **facts)) for field, says, facts in _about(refusal, names))


def _about(refusal: Refusal, names: Names) -> Iterator[tuple[str, str, dict[str, str | int]]]:
    match refusal:
        case Full(units):
            for unit in units:
                yield names.field(unit), _FULL, {"name": names.name(unit)}
        case Clash(units):
            one, other = sorted(units, key=list(names.lines).index)
            when = names.overlap(one, other)
            yield names.field(other), _CLASH, {"one": names.name(one), "other": names.name(other), "when": when}
        case ChoiceMissing(()):
            yield "parts", N_("Please choose at least one part."), {}
        case ChoiceMissing(slots):
            for slot in names.event.slots.values():
                if slot.id in slots:
                    yield f"choice.{slot.slug}", _CHOOSE, {}
        case TooManyForAddress(limit):
            yield "email", refusal.says, {"limit": limit}
        case _:
            pass


_FULL = N_(
    "{name} is fully booked by now. Please choose something else or the waiting list. "
    "Your other details are still here."
)
_CHOOSE = N_("Please choose one of them.")
_CLASH = N_("{one} and {other} overlap ({when}). Please choose one of the two.")


def of_faults(event: EventView, faults: Iterable[Fault], language: str) -> tuple[Message, ...]:
    faults = tuple(faults)
    paths = [".".join(str(step) for step in fault.path) for fault in faults]
    names = {path: _field(event, fault.path) for path, fault in zip(paths, faults, strict=True)}
    abouts = {f"answer.{key}": said(row["labels"], language, key)[0] for key, row in event.questions.items()}
    return in_order(event, messages_of(faults, language, names, abouts))


def in_order(event: EventView, messages: Iterable[Message]) -> tuple[Message, ...]:
    """As their fields stand on the page."""
    order = {field: at for at, field in enumerate(_order(event))}
    return tuple(sorted(messages, key=lambda message: order.get(message.name, len(order))))


def _field(event: EventView, path: tuple[str | int, ...]) -> str:
    """The field of the page that a fault belongs to; empty where the page has none."""
    field = ""
    match path:
        case ("parts", *_):
            field = "parts"
        case ("choices", slot, "until_then"):
            field = f"until.{slot}"
        case ("choices", slot, *_):
            field = f"choice.{slot}"
        case ("answers", key):
            field = f"answer.{key}"
        case ("consents",):
            field = NEEDS
        case (name,):
            field = str(name)
        case _:
            pass
    return field if field in _order(event) else ""


def _order(event: EventView) -> list[str]:
    choices = [name for slot in event.slots for name in (f"choice.{slot}", f"until.{slot}")]
    return ["parts", *choices, *PERSON, *(f"answer.{key}" for key in event.questions), NEEDS]
