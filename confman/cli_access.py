"""Commands for those who may: tokens of programs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click

from confman.cli_base import cli, current_database, told

P = ParamSpec("P")
_SCOPES = ("registrations:read", "registrations:write")  # usecases.tokens.SCOPES, which is not loaded for --help


@cli.group()
def token() -> None:
    """Tokens with which programs act for an organiser."""


def _named(command: Callable[P, Any]) -> Callable[P, Any]:
    """What a token is refused for becomes one clear line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        from confman.usecases.tokens import TokenRefused

        try:
            return command(*args, **kwargs)
        except TokenRefused as error:
            raise click.ClickException(str(error)) from error

    return run


@token.command("add")
@click.option("--host", required=True, help="The host's slug.")
@click.option("--event", help="The slug of the only event it is good for (else all of the host).")
@click.option("--name", required=True, help="What it is for, as shown in the list.")
@click.option("--scope", "scopes", multiple=True, type=click.Choice(_SCOPES), help="What it may do (else everything).")
@told
@_named
def add(host: str, event: str | None, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token. It is shown once and kept nowhere."""
    from confman.kernel.clock import system_clock
    from confman.usecases import tokens, work

    wish = tokens.TokenWish(host, event, name, scopes or tokens.SCOPES)
    with current_database() as database:
        click.echo(work.write(database, tokens.add, wish, system_clock()))


@token.command("list")
@told
def listed() -> None:
    """List all tokens: id, host, event, what they may do, since when, name."""
    from confman.usecases import tokens, work

    with current_database() as database:
        for found in work.read(database, tokens.listed):
            ended = f", revoked {found.revoked_at:%Y-%m-%d}" if found.revoked_at else ""
            rights = " ".join(found.scopes)
            where = f"{found.host} {found.event or '(all events)'}"
            click.echo(f"{found.id}  {where}  {rights}  {found.created_at:%Y-%m-%d}{ended}  {found.name}")


@token.command("revoke")
@click.argument("token_id")
@told
@_named
def revoke(token_id: str) -> None:
    """End the token of that id at once, also while confman serves."""
    from confman.kernel.clock import system_clock
    from confman.usecases import tokens, work

    with current_database() as database:
        work.write(database, tokens.revoke, token_id, system_clock())
    click.echo("The token is revoked.")
