"""Series and projects as their pages show them: each function is one statement."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, bindparam, select

from confman.store.base import Id
from confman.store.hosts import body, host, project, project_body, series, topic

_SLUG: Any = bindparam("slug")
_PROJECT = bindparam("project", type_=Id())
_HOST = (
    host.c.name.label("host_name"),
    host.c.slug.label("host_slug"),
    host.c.email.label("host_email"),
    host.c.phone.label("host_phone"),
)

_SERIES = (
    select(series, *_HOST, project.c.slug.label("project_slug"), project.c.titles.label("project_titles"))
    .select_from(
        series.join(host, host.c.id == series.c.host_id).outerjoin(project, project.c.id == series.c.project_id)
    )
    .where(series.c.slug == _SLUG)
)


def one_series(connection: Connection, slug: str) -> RowMapping | None:
    return connection.execute(_SERIES, {"slug": slug}).mappings().one_or_none()


_PROJECT_ROW = (
    select(project, *_HOST)
    .select_from(project.join(host, host.c.id == project.c.host_id))
    .where(project.c.slug == _SLUG)
)


def one_project(connection: Connection, slug: str) -> RowMapping | None:
    return connection.execute(_PROJECT_ROW, {"slug": slug}).mappings().one_or_none()


_TOPICS = select(topic).where(topic.c.project_id == _PROJECT).order_by(topic.c.position)


def topics(connection: Connection, project_id: UUID) -> Sequence[Any]:
    """As mappings."""
    return connection.execute(_TOPICS, {"project": project_id}).mappings().all()


_BODIES = (
    select(body, project_body.c.role)
    .join(project_body, project_body.c.body_id == body.c.id)
    .where(project_body.c.project_id == _PROJECT)
    .order_by(project_body.c.position)
)


def bodies(connection: Connection, project_id: UUID) -> Sequence[Any]:
    """Those of a project with their roles, as mappings."""
    return connection.execute(_BODIES, {"project": project_id}).mappings().all()


_SERIES_OF = select(series.c.slug, series.c.titles).where(series.c.project_id == _PROJECT).order_by(series.c.slug)


def series_of(connection: Connection, project_id: UUID) -> Sequence[Any]:
    """(slug, titles) of the series of a project, as mappings."""
    return connection.execute(_SERIES_OF, {"project": project_id}).mappings().all()
