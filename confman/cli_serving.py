"""Commands that run the service."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

import click

from confman.cli_base import cli, current_database, settings, told
from confman.kernel.i18n import N_, sentences_in

_PORT = click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on.")


@cli.command()
@told
def migrate() -> None:
    """Bring the database's schema up to date."""
    from confman.kernel import schema
    from confman.kernel.clock import system_clock
    from confman.kernel.db import open_database

    database = open_database(settings().database_url)
    done = schema.migrate(database, system_clock())
    database.dispose()
    click.echo("The database was migrated." if done else "The database is up to date.")


@cli.command()
@_PORT
@told
def serve(port: int | None) -> None:
    """Serve pages and API; also sends letters and runs the jobs."""
    from confman.serving import serve as run

    run(settings(), port)


@cli.command()
@told
def worker() -> None:
    """Send letters and run the jobs in a process of their own (PostgreSQL)."""
    from confman.working import work_until_stopped

    given = settings()
    if given.is_sqlite:
        raise click.ClickException(
            "with SQLite one process writes: confman serve sends the letters and runs the jobs itself"
        )
    with current_database():
        work_until_stopped(given)


@cli.command()
@_PORT
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Folder for database and letters.")
@click.option("--fresh", is_flag=True, help="Throw an earlier demonstration away and load it anew.")
@told
def demo(port: int | None, data: Path | None, *, fresh: bool) -> None:
    """Load the demonstration into SQLite and serve it."""
    from confman.serving import serve as run

    folder = (data or Path("confman-data") / "demo").absolute()
    listen = 8000 if port is None else port
    _prepare(folder, listen, fresh=fresh)
    loaded = subprocess.run(
        [sys.executable, "-m", "confman", "demo-load"], check=False, stdout=subprocess.PIPE, encoding="ascii"
    )
    if loaded.returncode:
        sys.exit(loaded.returncode)
    password, _, link = loaded.stdout.strip().partition(" ")
    _suggest(folder, listen, link, password)
    run(settings(), listen)


def _prepare(folder: Path, port: int, *, fresh: bool) -> None:
    """Settings of the demonstration, for this process and those it starts; a secret of its own, kept for the links."""
    folder.mkdir(parents=True, exist_ok=True)
    if fresh:
        for path in (*folder.glob("confman*.sqlite*"), *(folder / "letters").glob("*.eml")):
            path.unlink()
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48), encoding="ascii")
    for name in [name for name in os.environ if name.startswith("CONFMAN_")]:
        del os.environ[name]
    os.environ |= {
        "CONFMAN_DATA_DIR": str(folder),
        "CONFMAN_BASE_URL": f"http://localhost:{port}",
        "CONFMAN_SECRET_FILE": str(secret),
        "CONFMAN_MAIL_FROM": "confman@lindenbrueck.example",
        "CONFMAN_SITE_NAME": "Veranstaltungen in Lindenbrück",
    }


@cli.command("demo-load", hidden=True)
@told
def demo_load() -> None:
    """Migrate and load, in a process of its own, so that the serving one never held the database open.

    Prints the password of its team and the path of somebody's own page.
    """
    from confman.kernel import schema
    from confman.kernel.clock import system_clock
    from confman.kernel.db import open_database
    from confman.kernel.security import Secrets
    from confman.usecases import work
    from confman.usecases.demonstration import SOMEBODY
    from confman.usecases.demonstration_load import link_of, load
    from confman.usecases.demonstration_team import make, password_of

    given = Secrets(settings().secrets)
    database = open_database(settings().database_url)
    now = system_clock()
    schema.migrate(database, now)
    work.write(database, load, now)
    work.write(database, make, given, now)
    link = work.read(database, link_of, SOMEBODY, given)
    database.dispose()
    click.echo(f"{password_of(given)} {link or ''}")


_SUGGESTIONS = (
    "{base}/",
    "",
    N_("Try this:"),
    N_("1. Register with a mistyped address and mend it: {base}/events/{event}/registration"),
    N_("2. Register a second person over the same address."),
    N_("3. Wait for Forum 1 and sit in Forum 3 meanwhile. Then cancel for Anna Schmidt, who has a place in Forum 1:"),
    "   {base}{link}",
    N_("   The first who waits moves up from Forum 3, and you move up on the waiting list."),
    N_("4. Subscribe to the series: {base}/series/{series}"),
    N_("5. Print badges and the list of participants:"),
    "   export CONFMAN_DATA_DIR={folder} CONFMAN_SECRET_FILE={folder}/secret CONFMAN_BASE_URL={base}",
    "   {program} -m confman badges {event} -o badges.pdf",
    "   {program} -m confman participants {event} -o participants.xlsx",
    N_("6. See who comes, as an organiser: {base}/manage"),
    N_("   E-mail address {email}, password {password}"),
    "",
    N_("Letters are not sent; they lie as files in {letters}"),
    N_("The interface for programs: {base}/api/docs"),
)


def _suggest(folder: Path, port: int, link: str, password: str) -> None:
    from confman.usecases.demonstration import MAIN_EVENT, MAIN_SERIES
    from confman.usecases.demonstration_team import ORGANISER

    german = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("de")
    say = sentences_in("de" if german else "en").say
    facts = {
        "base": f"http://localhost:{port}",
        "letters": str(folder / "letters"),
        "folder": str(folder),
        "event": MAIN_EVENT,
        "series": MAIN_SERIES,
        "link": link,
        "email": ORGANISER,
        "password": password,
        "program": os.path.relpath(sys.executable),
    }
    click.echo()
    for suggestion in _SUGGESTIONS:
        click.echo("  " + say(suggestion, **facts) if suggestion else "")
    click.echo()
