"""The form of one's details: from what is kept to what its fields show, and from what was sent to what is meant."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from confman.domain.errors import Fault
from confman.http.forms import Sent
from confman.kernel.i18n import N_, Sentences, sentences_in
from confman.usecases.answers import NEEDS_CONSENT, Given
from confman.usecases.events import EventView
from confman.usecases.my_details import FIELDS, Details
from confman.web.signup_form import QuestionField, Signup
from confman.web.signup_names import Names
from confman.web.signup_sent import submission_of

_LABELS = {
    "title": N_("Title"),
    "given_name": N_("Given name"),
    "family_name": N_("Surname"),
    "institution": N_("Institution"),
}
_NOTHING: tuple[Any, ...] = (None, "", [], False)
_YES = "yes"


def questions_of(event: EventView, language: str, now: datetime) -> tuple[list[QuestionField], list[QuestionField]]:
    """The plain ones, and the sensitive ones. How much is left of limited answers is not asked: one may be theirs."""
    form = Signup(Names(event, language, Sent()), now, {})
    fields = [(bool(row["sensitive"]), form.question(row)) for row in event.questions.values()]
    return [field for sensitive, field in fields if not sensitive], [field for sensitive, field in fields if sensitive]


def sent_from(details: Details) -> Sent:
    """As the form sends it unchanged, with the mark of the details that it was made from."""
    fields: dict[str, tuple[str, ...]] = {name: (getattr(details, name),) for name in FIELDS}
    fields |= {f"answer.{key}": _values(value) for key, value in details.answers.items()}
    if details.agrees_to_needs:
        fields["consents"] = (NEEDS_CONSENT,)
    return Sent({**fields, "seen": (details.mark,)})


def _values(value: Given) -> tuple[str, ...]:
    match value:
        case str():
            return (value,)
        case list():
            return tuple(value)
        case _:
            return (_YES,) if value else ()


def details_from(sent: Sent, event: EventView, language: str) -> tuple[Details, Iterable[Fault]]:
    """Read as the form of registration is, with faults that only a form can have."""
    read, faults = submission_of(event, sent, language)
    details = Details(
        title=read.title or "",
        given_name=read.given_name,
        family_name=read.family_name,
        institution=read.institution or "",
        answers={key: read.answers[key] for key in event.questions if read.answers.get(key) not in _NOTHING},
        agrees_to_needs=NEEDS_CONSENT in read.consents,
    )
    return details, faults


def lines_of(details: Details, event: EventView, language: str, now: datetime) -> Iterator[tuple[str, str]]:
    """What is kept as (name, words), for the summary; nothing that is empty."""
    speech = sentences_in(language)
    for name, label in _LABELS.items():
        if getattr(details, name):
            yield speech.say(label), getattr(details, name)
    form = Signup(Names(event, language, Sent()), now, {})
    for key, row in event.questions.items():
        value = details.answers.get(key)
        if value not in _NOTHING:
            question = form.question(row)
            yield question.label[0], _words(question, value, speech)


def _words(question: QuestionField, value: Any, speech: Sentences) -> str:
    if value is True:
        return speech.say(N_("yes"))
    words = {option.value: option.text[0] for option in question.options}
    several = value if isinstance(value, list) else [str(value)]
    return ", ".join(words.get(each) or each for each in several)
