"""Reads what events hang on: the host, categories of people, bodies, projects, series, and documents anywhere."""

from typing import Any

from confman.domain.deadlines import UnknownZone, zone_of
from confman.domain.errors import N_
from confman.domain.retention import LIMITS
from confman.usecases.book_fields import Fields, Setting
from confman.usecases.book_files import read_document_file, read_logo
from confman.usecases.book_values import Body, BodyRole, Category, Document, Host, Project, Series, Topic

BODY_ROLES = ("lead", "organiser", "partner", "funder", "supporter")
_FALLBACK_ZONE = "Europe/Berlin"
_COLOUR = "#[0-9a-fA-F]{6}"
_MEDIA_TYPE = r"[a-z]+/[a-z0-9.+-]+"


def read_zone(fields: Fields, default: str) -> str:
    zone = fields.text("zone") or default
    try:
        zone_of(zone)
    except UnknownZone:
        fields.fault("zone", N_("is no time zone: write one such as Europe/Berlin"))
        return _FALLBACK_ZONE
    return zone


def read_host(fields: Fields) -> Host:
    language = fields.language("language") or "de"
    fields.with_setting(language=language, zone=read_zone(fields, _FALLBACK_ZONE))
    host = Host(
        slug=fields.slug(),
        name=fields.needed_text("name"),
        zone=fields.setting.zone,
        language=language,
        homepage=fields.link("homepage"),
        address=fields.lines("address"),
        email=fields.address("email"),
        phone=fields.text("phone"),
        logo=read_logo(fields),
        imprint=fields.texts("imprint"),
        privacy=_privacy(fields),
        accessibility=_accessibility(fields),
        retention=_retention(fields),
        spot=fields.spot,
    )
    fields.done()
    return host


def read_categories(fields: Fields) -> tuple[Category, ...] | None:
    if not fields.has("categories"):
        return None
    found = []
    for position, inner in fields.each("categories", "key"):
        category = Category(
            key=inner.slug("key"),
            titles=inner.title(),
            counts=inner.yes("counts", default=False),
            colour=inner.matching("colour", _COLOUR, N_("must be a colour such as #1f5f8b")) or "#5a5a5a",
            on_signature_list=inner.yes("on_signature_list", default=True),
            position=position,
            spot=inner.spot,
        )
        inner.done()
        found.append(category)
    return tuple(found)


def read_bodies(fields: Fields) -> tuple[Body, ...]:
    found = []
    for _, inner in fields.each("bodies", "key"):
        body = Body(
            key=inner.slug("key"),
            name=inner.needed_text("name"),
            city=inner.text("city"),
            homepage=inner.link("homepage"),
            logo=read_logo(inner),
            spot=inner.spot,
        )
        inner.done()
        found.append(body)
    return tuple(found)


def read_projects(fields: Fields) -> tuple[Project, ...]:
    found = []
    for position, inner in fields.each("projects", "slug"):
        project = Project(
            slug=inner.slug(),
            titles=inner.title(),
            subtitles=inner.line("subtitle"),
            texts=inner.texts("text"),
            aims=inner.texts("aims"),
            funder_wording=inner.texts("funder"),
            funding_code=inner.text("funding_code"),
            homepage=inner.link("homepage"),
            logo=read_logo(inner),
            position=position,
            topics=_topics(inner),
            bodies=read_body_roles(inner),
            documents=read_documents(inner),
            spot=inner.spot,
            **read_contact(inner),
        )
        inner.done()
        found.append(project)
    return tuple(found)


def read_series(fields: Fields) -> tuple[Series, ...]:
    found = []
    for _, inner in fields.each("series", "slug"):
        series = Series(
            slug=inner.slug(),
            titles=inner.title(),
            texts=inner.texts("text"),
            item_label=inner.line("item_label"),
            project=inner.reference("project"),
            documents=read_documents(inner),
            spot=inner.spot,
        )
        inner.done()
        found.append(series)
    return tuple(found)


def read_body_roles(fields: Fields) -> tuple[BodyRole, ...]:
    found: list[BodyRole] = []
    for position, inner in fields.shorthand("bodies", "body"):
        role = BodyRole(
            body=inner.slug("body"),
            role=inner.word("role", BODY_ROLES, "partner"),
            position=position,
            spot=inner.spot,
        )
        inner.done()
        if any((role.body, role.role) == (other.body, other.role) for other in found):
            inner.fault("body", N_("stands here twice in the same role: keep one"))
        found.append(role)
    return tuple(found)


def read_documents(fields: Fields) -> tuple[Document, ...]:
    found = []
    for position, inner in fields.each("documents"):
        document = Document(
            key=inner.slug("key"),
            titles=inner.title(),
            published_at=inner.opening("published"),
            position=position,
            spot=inner.spot,
            **(_file(inner) if inner.has("file") else _elsewhere(inner)),
        )
        inner.done()
        found.append(document)
    return tuple(found)


def _file(fields: Fields) -> dict[str, Any]:
    file = read_document_file(fields)
    for name in ("name", "media_type", "size_kb", "url"):
        if fields.has(name):
            fields.fault(name, N_("is told by the file itself"))
    if file is None:
        return dict.fromkeys(("name", "media_type", "size", "content_hash", "url"))
    size, content_hash = len(file.content), file.content_hash
    return {"name": file.name, "media_type": file.media_type, "size": size, "content_hash": content_hash, "url": None}


def _elsewhere(fields: Fields) -> dict[str, Any]:
    kilobytes = fields.whole("size_kb", least=1)
    return {
        "name": fields.text("name"),
        "media_type": fields.matching("media_type", _MEDIA_TYPE, N_("must be a type such as application/pdf")),
        "size": None if kilobytes is None else kilobytes * 1_000,
        "content_hash": None,
        "url": fields.link("url"),
    }


def read_contact(fields: Fields) -> dict[str, Any]:
    inner = fields.inner("contact")
    if inner is None:
        return {"contact_name": None, "contact_email": None, "contact_phone": None}
    contact = {
        "contact_name": inner.text("name"),
        "contact_email": inner.address("email"),
        "contact_phone": inner.text("phone"),
    }
    inner.done()
    return contact


def first_setting() -> Setting:
    return Setting(zone=_FALLBACK_ZONE, language="de")


def _topics(fields: Fields) -> tuple[Topic, ...]:
    found = []
    for position, inner in fields.each("topics", "slug"):
        topic = Topic(
            slug=inner.slug(), titles=inner.title(), texts=inner.texts("text"), position=position, spot=inner.spot
        )
        inner.done()
        found.append(topic)
    return tuple(found)


def _privacy(fields: Fields) -> dict[str, Any] | None:
    inner = fields.inner("privacy")
    if inner is None:
        return None
    facts = {
        "controller": inner.lines("controller"),
        "officer": inner.lines("officer"),
        "authority": inner.lines("authority"),
        "legal_basis": inner.texts("legal_basis"),
        "more": inner.texts("more"),
    }
    inner.done()
    return {name: fact for name, fact in facts.items() if fact} or None


def _accessibility(fields: Fields) -> dict[str, Any] | None:
    """What a declaration of accessibility names; `as_of` as text, because it is kept as JSON."""
    inner = fields.inner("accessibility")
    if inner is None:
        return None
    as_of = inner.day("as_of")
    facts = {
        "statement": inner.texts("statement"),
        "known_limits": inner.texts("known_limits"),
        "contact": inner.lines("contact"),
        "email": inner.address("email"),
        "phone": inner.text("phone"),
        "enforcement": inner.lines("enforcement"),
        "as_of": as_of and as_of.isoformat(),
    }
    inner.done()
    return {name: fact for name, fact in facts.items() if fact} or None


def _retention(fields: Fields) -> dict[str, int] | None:
    inner = fields.inner("retention")
    if inner is None:
        return None
    days = {name: inner.whole(name, least, most) for name, (least, most) in LIMITS.items()}
    inner.done()
    return {name: number for name, number in days.items() if number is not None} or None
