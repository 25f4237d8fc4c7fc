"""Reads what the registration form asks beyond names: questions and texts of consent."""

from confman.domain.errors import N_
from confman.domain.retention import LIMITS
from confman.usecases.book_fields import Fields
from confman.usecases.book_values import ConsentText, Option, Question, Unit

QUESTION_KINDS = ("text", "long", "postcode", "yes_no", "one", "many")
AUDIENCES = ("organiser", "moderators", "kitchen")
_ERASE_DAYS_AT_MOST = 4_000


def read_questions(fields: Fields) -> tuple[Question, ...]:
    found = []
    for position, inner in fields.each("questions", "key"):
        found.append(_question(inner, position))
        inner.done()
    return tuple(found)


def read_consents(fields: Fields) -> tuple[ConsentText, ...]:
    found = []
    for position, inner in fields.each("consents", "key"):
        texts = inner.texts("text") or {inner.setting.language: inner.needed_text("text")}
        found.append(ConsentText(key=inner.slug("key"), texts=texts, position=position, spot=inner.spot))
        inner.done()
    return tuple(found)


def _question(fields: Fields, position: int) -> Question:
    kind = fields.word("kind", QUESTION_KINDS)
    sensitive = fields.yes("sensitive", default=False)
    purpose = fields.texts("purpose")
    if purpose is None:
        fields.fault("purpose", N_("is missing: people are told what their answer is for"))
    return Question(
        key=fields.slug("key"),
        kind=kind,
        labels=fields.title("label"),
        hints=fields.texts("hint"),
        purpose=purpose,
        required=fields.yes("required", default=False),
        sensitive=sensitive,
        visible_to=fields.word("visible_to", AUDIENCES, "organiser"),
        erase_days=_erase_days(fields, sensitive=sensitive),
        position=position,
        options=_options(fields, kind),
        spot=fields.spot,
    )


def _erase_days(fields: Fields, *, sensitive: bool) -> int:
    """As the question says, else as the host does for its kind."""
    terms = fields.setting.terms
    most = LIMITS["needs_days"][1] if sensitive else _ERASE_DAYS_AT_MOST
    return fields.whole("erase_days", 1, most) or (terms.needs_days if sensitive else terms.answers_days)


def _options(fields: Fields, kind: str) -> tuple[Option, ...]:
    if kind == "yes_no":
        unit = _unit(fields)
        return (Option(key="yes", labels={"de": "Ja", "en": "Yes"}, unit=unit, spot=fields.spot),) if unit else ()
    if kind in {"text", "long", "postcode"}:
        if fields.has("options"):
            fields.fault("options", N_("do not belong to a question of the kind {kind}: leave them out"), kind=kind)
        return ()
    found = []
    for _, inner in fields.each("options", "key"):
        option = Option(key=inner.slug("key"), labels=inner.title("label"), unit=_unit(inner), spot=inner.spot)
        inner.done()
        found.append(option)
    if not found:
        fields.fault("options", N_("is missing: list what can be chosen"))
    return tuple(found)


def _unit(fields: Fields) -> Unit | None:
    capacity = fields.whole("capacity")
    if capacity is None:
        return None
    return Unit(capacity=capacity, reserve=0, offers_waiting=False, promotes_until=None, spot=fields.at("capacity"))
