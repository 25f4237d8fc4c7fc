"""Runs migrations on the connection it is given (`attributes["connection"]`); the caller owns the transaction."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from confman.store import audit, downloads, events, hosts, ledger, outbox, programme, registrations
from confman.store.base import Id, Instant, metadata

MODULES = (audit, downloads, events, hosts, ledger, outbox, programme, registrations)


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | bool:
    if kind == "type" and isinstance(item, Id | Instant):
        autogen.imports.add("from confman.store.base import Id, Instant, Json")
        return f"{type(item).__name__}()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
