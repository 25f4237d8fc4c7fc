"""Reads one event of a book: facts, dates, life and the rules of its registration."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from confman.domain.errors import N_
from confman.usecases.book_fields import Fields
from confman.usecases.book_form import read_consents, read_questions
from confman.usecases.book_frame import read_body_roles, read_contact, read_documents, read_zone
from confman.usecases.book_programme import (
    Surroundings,
    read_parts,
    read_rooms,
    read_slots,
    read_speakers,
    read_unit,
)
from confman.usecases.book_values import Event, EventProject, Part

EVENT_KINDS = ("conference", "werkstatt", "training", "dialogue", "appearance")
VISIBILITIES = ("public", "link", "code")
LIVES = ("draft", "announced", "published")
SHORTEST_CODE = 6
PHOTOS = ("objection", "consent")
ACCESS_KEYS = (
    "step-free", "lift", "accessible-toilet", "hearing-loop", "quiet-room", "sign-language", "captions", "guide-strips",
)  # fmt: skip
IMPLIED_PART = "main"


def read_events(fields: Fields) -> tuple[Event, ...]:
    found = []
    for _, inner in fields.each("events", "slug"):
        found.append(_event(inner))
        inner.done()
    return tuple(found)


def _event(fields: Fields) -> Event:
    languages = fields.words("languages") or [fields.setting.language]
    fields.with_setting(zone=read_zone(fields, fields.setting.zone), language=languages[0])
    rules = fields.section("registration")
    event = Event(
        slug=fields.slug(),
        origin_key=fields.text("origin_key", 120),
        series=fields.reference("series"),
        number=fields.whole("number", least=1, most=10_000),
        kind=fields.word("kind", EVENT_KINDS),
        zone=fields.setting.zone,
        languages=languages,
        projects=_projects(fields),
        bodies=read_body_roles(fields),
        rooms=read_rooms(fields),
        speakers=read_speakers(fields),
        questions=read_questions(fields),
        consents=read_consents(fields),
        documents=read_documents(fields),
        spot=fields.spot,
        rules_spot=rules.spot,
        **_visibility(fields),
        **_dates(fields),
        **_venue(fields),
        **_texts(fields),
        **_life(fields),
        **_registration(rules),
    )
    event = _with_parts(fields, rules, event)
    rules.done()
    return event


def _visibility(fields: Fields) -> dict[str, Any]:
    visibility = fields.word("visibility", VISIBILITIES, "public")
    code = fields.text("access_code", 80)
    if (visibility == "code") != (code is not None):
        fields.fault("access_code", N_("belongs to `visibility: code`, and to that only"))
    if code is not None and len("".join(code.split())) < SHORTEST_CODE:
        fields.fault(
            "access_code", N_("is too easy to guess: it needs {least} signs, blanks not counted"), least=SHORTEST_CODE
        )
    return {"visibility": visibility, "access_code": code}


def _dates(fields: Fields) -> dict[str, Any]:
    starts_on, ends_on = fields.day("date"), fields.day("end_date")
    date_text = fields.line("date_text")
    if starts_on is None and date_text is None and not fields.has("date"):
        fields.fault("date", N_("is missing: give the day, or say in `date_text` when it will be"))
    if ends_on is not None and starts_on is not None and ends_on < starts_on:
        fields.fault("end_date", N_("lies before the first day"))
    return {
        "starts_on": starts_on,
        "ends_on": (ends_on or starts_on) if starts_on else None,
        "date_text": date_text,
        "starts_at": fields.time("starts", starts_on),
        "ends_at": fields.time("ends", ends_on or starts_on),
        "doors_at": fields.time("doors", starts_on),
        "postponed_from": fields.day("postponed_from"),
    }


def _venue(fields: Fields) -> dict[str, Any]:
    venue = fields.section("venue")
    found = {f"venue_{name}": venue.text(name) for name in ("name", "street", "postcode", "city")}
    country = venue.matching("country", "[A-Z]{2}", N_("must be a country's two letters such as DE"))
    found |= {"venue_country": country, "venue_url": venue.link("url")}
    venue.done()
    return found | {"online_url": fields.link("online_url")}


def _texts(fields: Fields) -> dict[str, Any]:
    return {
        "titles": fields.title(),
        "subtitles": fields.line("subtitle"),
        "texts": fields.texts("text"),
        "notices": fields.texts("notice"),
        "audience": fields.texts("audience"),
        "cost": fields.texts("cost"),
        "access": fields.texts("access"),
        "access_keys": fields.words("access_keys", ACCESS_KEYS) or None,
        "way": fields.texts("way"),
        "catering": fields.texts("catering"),
        "hotel": fields.texts("hotel"),
        "mailbox": fields.address("mailbox"),
        "phone_of_day": fields.text("phone_of_day"),
        **read_contact(fields),
    }


def _life(fields: Fields) -> dict[str, Any]:
    is_cancelled, cancelled_at = fields.maybe_at("cancelled")
    life = fields.word("life", LIVES) if fields.has("life") else None
    announced_at, published_at = fields.opening("announced"), fields.opening("published")
    if published_at is not None and life not in {None, "published"}:
        fields.fault("published", N_("belongs to `life: published`"))
    if announced_at is not None and life == "draft":
        fields.fault("announced", N_("does not belong to a draft"))
    if life is None and published_at is not None:
        life = "published"
    elif life is None and announced_at is not None:
        life = "announced"
    return {
        "life": life,
        "announced_at": announced_at,
        "published_at": published_at,
        "is_cancelled": is_cancelled,
        "cancelled_at": cancelled_at,
        "cancel_reason": fields.texts("cancel_reason"),
    }


def _registration(rules: Fields) -> dict[str, Any]:
    return {
        "opens_at": rules.opening("opens"),
        "closes_at": rules.deadline("closes"),
        "change_until": rules.deadline("change_until"),
        "cancel_until": rules.deadline("cancel_until"),
        "print_close_at": rules.deadline("print_close"),
        "hold_hours": rules.whole("hold_hours", least=1, most=2_160) or 72,
        "confirm_address": rules.yes("confirm_address", default=True),
        "offers_waiting": rules.yes("waiting_list", default=True),
        "shows_numbers": rules.yes("shows_numbers", default=False),
        "badge_download": rules.yes("badge_download", default=False),
        "photos": rules.word("photos", PHOTOS, "objection"),
        "max_per_address": rules.whole("max_per_address", least=1, most=1_000) or 10,
    }


def _with_parts(fields: Fields, rules: Fields, event: Event) -> Event:
    """The event with its parts, of which there is always one; times that only its parts tell are taken from them."""
    is_one_day = event.starts_on is not None and event.starts_on == event.ends_on
    day = event.starts_on if is_one_day else None
    around = Surroundings(day, event.starts_on, event.offers_waiting, rules.deadline("promotes_until", day))
    if not fields.has("parts"):
        return replace(event, parts=(_implied_part(fields, rules, event, around),))
    if fields.has("slots"):
        fields.fault("slots", N_("belong to one of the parts here"))
    for name in ("capacity", "reserve"):
        if rules.has(name):
            rules.fault(name, N_("belongs to each of the parts here"))
    parts = read_parts(fields, around)
    if not parts:
        fields.fault("parts", N_("is empty: leave it out, and the event is one part"))
    starts_at, ends_at = _span(parts, event)
    return replace(event, parts=parts, starts_at=starts_at, ends_at=ends_at)


def _implied_part(fields: Fields, rules: Fields, event: Event, around: Surroundings) -> Part:
    unit = read_unit(rules, around)
    inside = replace(around, promotes_until=unit.promotes_until)
    return Part(
        slug=IMPLIED_PART,
        position=0,
        titles=event.titles,
        texts=None,
        on_day=None,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        opens_at=None,
        closes_at=None,
        change_until=None,
        cancel_until=None,
        unit=unit,
        slots=read_slots(fields, inside),
        spot=fields.spot,
    )


def _span(parts: tuple[Part, ...], event: Event) -> tuple[datetime | None, datetime | None]:
    starts = [part.starts_at for part in parts if part.starts_at]
    ends = [part.ends_at for part in parts if part.ends_at]
    first = event.starts_at or (min(starts) if starts else None)
    last = event.ends_at or (max(ends) if ends and len(ends) == len(parts) else None)
    return first, last


def _projects(fields: Fields) -> tuple[EventProject, ...]:
    found: list[EventProject] = []
    for position, inner in fields.shorthand("projects", "project"):
        project = EventProject(
            project=inner.slug("project"),
            funder_wording=inner.texts("funder"),
            funding_code=inner.text("funding_code"),
            position=position,
            spot=inner.spot,
        )
        inner.done()
        if any(project.project == other.project for other in found):
            inner.fault("project", N_("stands here twice: keep one"))
        found.append(project)
    return tuple(found)
