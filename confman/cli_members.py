"""Commands for the team: who belongs to it, in which role. There is no account that nobody has made."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

import click

from confman.cli_base import cli, current_database, settings, told

P = ParamSpec("P")
_ROLES = ("owner", "organiser", "desk", "reader")  # domain.roles.Role, which is not loaded for --help


@cli.group()
def user() -> None:
    """Members of the teams that organise, and their roles."""


def _named(command: Callable[P, Any]) -> Callable[P, Any]:
    """What is refused about a member becomes one clear line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> Any:
        from confman.usecases.members import MemberRefused

        try:
            return command(*args, **kwargs)
        except MemberRefused as error:
            raise click.ClickException(str(error)) from error

    return run


@user.command("add")
@click.option("--host", required=True, help="The host's slug.")
@click.option("--email", required=True, help="With which they sign in.")
@click.option("--name", default="", help="Needed for a new member.")
@click.option("--role", required=True, type=click.Choice(_ROLES), help="What they may do.")
@click.option("--event", help="The slug of the only event it is for (else all of the host).")
@click.option("--sees-needs", is_flag=True, help="Sees what people say of their health and their food.")
@click.option("--prompt", is_flag=True, help="Set a password here, typed twice.")
@click.option("--stdin", is_flag=True, help="Set the password that stands in the first line of standard input.")
@told
@_named
def add(*, prompt: bool, stdin: bool, **wish: Any) -> None:
    """Give a role to a member, who is made if there is none with that address.

    Prints a link with which they set a password themselves, once and within three days, unless it is set here.
    """
    from confman.domain.roles import Role
    from confman.kernel.clock import system_clock
    from confman.kernel.passwords import hashed
    from confman.kernel.security import Secrets
    from confman.usecases import members, work

    asked = members.Wish(**{**wish, "role": Role(wish["role"])})
    given = settings()
    password = _password(prompt=prompt, stdin=stdin)
    kept = None if password is None else hashed(members.checked_password(password, asked, given.site))
    with current_database() as database:
        member_id = work.write(database, members.add, asked, kept, system_clock())
        if kept is None and work.read(database, members.needs_password, member_id):
            link = work.read(database, members.invitation, asked.email, Secrets(given.secrets), system_clock())
            click.echo(f"{given.base_url}{link}")
    click.echo(f"{asked.email} is {asked.role} of {asked.host}{'/' + asked.event if asked.event else ''}.", err=True)


def _password(*, prompt: bool, stdin: bool) -> str | None:
    if prompt:
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n") if stdin else None


@user.command("list")
@told
def listed() -> None:
    """List all members: address, name, roles."""
    from confman.usecases import members, work

    with current_database() as database:
        for found in work.read(database, members.listed):
            remarks = f"  ({', '.join(found.remarks)})" if found.remarks else ""
            click.echo(f"{found.email}  {found.name}  {', '.join(found.roles) or 'no role'}{remarks}")


@user.command("link")
@click.argument("email")
@told
@_named
def link(email: str) -> None:
    """Print a link with which that member sets a new password, once and within three days."""
    from confman.kernel.clock import system_clock
    from confman.kernel.security import Secrets
    from confman.usecases import members, work

    given = settings()
    with current_database() as database:
        path = work.read(database, members.invitation, email, Secrets(given.secrets), system_clock())
    click.echo(f"{given.base_url}{path}")


@user.command("revoke")
@click.option("--host", required=True, help="The host's slug.")
@click.option("--email", required=True, help="The member's address.")
@click.option("--event", help="Only what they may do for that event (else everything for the host).")
@told
@_named
def revoke(host: str, email: str, event: str | None) -> None:
    """Take a member's roles for a host or one event, at once, also while confman serves."""
    from confman.kernel.clock import system_clock
    from confman.usecases import members, work

    with current_database() as database:
        taken = work.write(database, members.revoke, members.Held(host, email, event), system_clock())
    click.echo(f"Roles taken: {taken}.")


@user.command("disable")
@click.argument("email")
@told
@_named
def disable(email: str) -> None:
    """Sign a member out everywhere and let them in no more, at once; `user add` lets them in again."""
    from confman.kernel.clock import system_clock
    from confman.usecases import members, work

    with current_database() as database:
        work.write(database, members.disable, email, system_clock())
    click.echo("The member is disabled.")


@user.command("unlock")
@click.argument("email")
@told
@_named
def unlock(email: str) -> None:
    """Switch the second factor of a member off who has lost telephone and recovery codes."""
    from confman.kernel.clock import system_clock
    from confman.usecases import members, work

    with current_database() as database:
        work.write(database, members.remove_second_factor, email, system_clock())
    click.echo("The password alone is enough to sign in; please ask them to set the code up again.")
