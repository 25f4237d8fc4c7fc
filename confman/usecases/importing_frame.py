"""Takes over what events hang on: host, categories, bodies, projects, series and documents."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from confman.domain.errors import N_
from confman.store import importing as store
from confman.store.events import document
from confman.store.hosts import body, host, project, project_body, series, topic
from confman.store.registrations import category
from confman.usecases.book_checks import documents_of
from confman.usecases.book_values import BodyRole, Category, Document, Project, Series
from confman.usecases.importing_rows import Children, columns_of, put, relink
from confman.usecases.importing_state import Import

# A host whose book says nothing about categories gets these: organisers' data, theirs to change, not texts of pages.
USUAL_CATEGORIES = tuple(
    Category(
        key=key,
        titles={"de": german, "en": english},
        counts=key == "attendee",
        colour=colour,
        on_signature_list=key != "press",
        position=position,
    )
    for position, (key, german, english, colour) in enumerate(
        (
            ("attendee", "Teilnehmende", "Attendees", "#1f4e79"),
            ("contributor", "Mitwirkende", "Contributors", "#7a3e00"),
            ("guest", "Gäste", "Guests", "#3d6b21"),
            ("press", "Presse", "Press", "#6a1b6a"),
            ("team", "Team", "Team", "#4a4a4a"),
        )
    )
)


def take_frame(taking: Import) -> None:
    """Everything of the book but its events. Faults are noted; what refers to nothing is left out meanwhile."""
    _host(taking)
    _categories(taking)
    _bodies(taking)
    _projects(taking)
    _series(taking)
    if taking.frame_changed:
        taking.scopes |= {("host", taking.host_id), ("all", store.EVERYWHERE)}
        # its events show the host, its bodies, projects and series
        events = store.events_of_host(taking.connection, taking.host_id)
        taking.scopes |= {("event", key) for key in events}
        store.raise_programme_version(taking.connection, *events)


def link_bodies(taking: Import, roles: Sequence[BodyRole]) -> list[dict[str, Any]]:
    """Rows of bodies in roles, without their owner; unknown bodies are faults."""
    found = []
    for role in roles:
        if role.body not in taking.bodies:
            taking.fault(role.spot, N_("there is no body “{key}”: list it in `bodies`"), key=role.body)
            continue
        found.append({"body_id": taking.bodies[role.body], "role": role.role, "position": role.position})
    return found


def take_documents(taking: Import, documents: Sequence[Document], **owner: UUID) -> bool:
    """Makes the documents of one owner those of the book; whether that changed anything.

    A document is known by its key within the host, so it may move from a project to one of its events.
    """
    children = taking.documents
    ((name, key),) = owner.items()
    before = {each for each, row in children.rows.items() if row[name] == key}
    owners = dict.fromkeys(("event_id", "series_id", "project_id", "session_id")) | owner
    written = [children.put(columns_of(value, document, **owners)) for value in documents]
    for each in before - taking.document_keys:
        store.remove(taking.connection, document, id=children.rows[each]["id"])
    return before != {value.key for value in documents} or any(each.changed for each in written)


def _host(taking: Import) -> None:
    value = taking.book.host
    row = store.first(taking.connection, host, slug=value.slug)
    written = put(taking.connection, host, row, columns_of(value, host))
    taking.host_id = written.id
    taking.documents = Children(taking.connection, document, "key", host_id=written.id)
    taking.document_keys = {each.key for each in documents_of(taking.book)}
    taking.frame_changed |= taking.tell("host", value.slug, written)


def _categories(taking: Import) -> None:
    children = Children(taking.connection, category, "key", host_id=taking.host_id)
    values = taking.book.categories
    if values is None:
        values = () if children.rows else USUAL_CATEGORIES
    people = store.people_by_category(taking.connection, taking.host_id)
    for value in values:
        row = children.rows.get(value.key)
        if row is not None and row["counts"] != value.counts and people.get(row["id"]):
            says = N_("cannot change (people registered in this category: {people})")
            taking.fault(value.spot.of("counts"), says, people=people[row["id"]])
        written = children.put(columns_of(value, category))
        taking.frame_changed |= taking.tell("category", value.key, written)


def _bodies(taking: Import) -> None:
    children = Children(taking.connection, body, "key", host_id=taking.host_id)
    for value in taking.book.bodies:
        written = children.put(columns_of(value, body))
        taking.frame_changed |= taking.tell("body", value.key, written)
    taking.bodies = {key: row["id"] for key, row in children.rows.items()} | children.ids


def _projects(taking: Import) -> None:
    wanted = {project.project for event in taking.book.events for project in event.projects}
    wanted |= {series.project for series in taking.book.series if series.project}
    taking.projects = store.known(taking.connection, project, "slug", taking.host_id, wanted)
    for value in taking.book.projects:
        row = store.first(taking.connection, project, slug=value.slug)
        if row is not None and row["host_id"] != taking.host_id:
            taking.fault(value.spot.of("slug"), ANOTHER_HOSTS)
            continue
        written = put(taking.connection, project, row, columns_of(value, project, host_id=taking.host_id))
        taking.projects[value.slug] = written.id
        others = _around_project(taking, value, written.id)
        if taking.tell("project", value.slug, written, others):
            taking.frame_changed = True
            taking.scopes.add(("project", written.id))


def _around_project(taking: Import, value: Project, project_id: UUID) -> frozenset[str]:
    changed = set()
    topics = Children(taking.connection, topic, "slug", project_id=project_id)
    for each in value.topics:
        topics.put(columns_of(each, topic))
    topics.remove_gone()
    if topics.changed:
        changed.add("topics")
    if relink(taking.connection, project_body, {"project_id": project_id}, link_bodies(taking, value.bodies)):
        changed.add("bodies")
    if take_documents(taking, value.documents, project_id=project_id):
        changed.add("documents")
    return frozenset(changed)


def _series(taking: Import) -> None:
    wanted = {event.series for event in taking.book.events if event.series}
    taking.series = store.known(taking.connection, series, "slug", taking.host_id, wanted)
    for value in taking.book.series:
        row = store.first(taking.connection, series, slug=value.slug)
        if row is not None and row["host_id"] != taking.host_id:
            taking.fault(value.spot.of("slug"), ANOTHER_HOSTS)
            continue
        wanted_row = columns_of(value, series, host_id=taking.host_id, project_id=_project_of(taking, value))
        written = put(taking.connection, series, row, wanted_row)
        taking.series[value.slug] = written.id
        has_documents = take_documents(taking, value.documents, series_id=written.id)
        if taking.tell("series", value.slug, written, frozenset({"documents"} if has_documents else ())):
            taking.frame_changed = True
            taking.scopes.add(("series", written.id))


def _project_of(taking: Import, value: Series) -> UUID | None:
    if value.project is not None and value.project not in taking.projects:
        taking.fault(value.spot.of("project"), NO_PROJECT, slug=value.project)
    return taking.projects.get(value.project or "")


ANOTHER_HOSTS = N_("is taken by another host of this installation: choose another")
NO_PROJECT = N_("there is no project “{slug}”: list it in `projects`")
