"""`confman token`: made once, listed without what opens, revoked at once."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from confman.cli import cli
from confman.usecases.tokens import SCOPES
from tests.api_node import Api
from tests.builders import an_event

EVENT = "abschlusskonferenz"
HOST = f"host-{EVENT}"


def command(url: str, *words: str) -> Result:
    environment = {"CONFMAN_DATABASE_URL": url, "CONFMAN_SECRET": "s" * 32}
    return CliRunner().invoke(cli, ["token", *words], env=environment)


def test_a_token_works_until_it_is_revoked(database_url: str, tmp_path: Path) -> None:
    api = Api(database_url, tmp_path)
    api.write(an_event)

    made = command(database_url, "add", "--host", HOST, "--name", "Anmeldesystem")
    api.token = made.output.strip()
    works = api.get(f"events/{EVENT}/registrations")
    listed = command(database_url, "list").output
    revoked = command(database_url, "revoke", listed.split()[0])
    dead = api.get(f"events/{EVENT}/registrations")
    api.close()

    assert (made.exit_code, works.status_code) == (0, 200)
    assert re.fullmatch(r"confman_[\w-]{43}", api.token)
    assert listed.rstrip().endswith("  Anmeldesystem")
    assert [scope in listed for scope in SCOPES] == [True, True]
    assert api.token not in listed
    assert (revoked.output, dead.status_code) == ("The token is revoked.\n", 401)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "--host", "keiner", "--name", "x"), "Error: there is no host 'keiner'\n"),
        (("add", "--host", HOST, "--event", "kein", "--name", "x"), f"Error: the host '{HOST}' has no event 'kein'\n"),
        (("revoke", "abc"), "Error: there is no token 'abc'\n"),
    ],
)
def test_what_cannot_be_done_with_tokens_is_one_line(
    sqlite_url: str, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    api = Api(sqlite_url, tmp_path)
    api.write(an_event)
    api.close()

    result = command(sqlite_url, *words)

    assert (result.exit_code, result.output) == (1, says)


def test_the_offered_scopes_are_those_there_are(sqlite_url: str) -> None:
    result = command(sqlite_url, "add", "--host", "x", "--name", "x", "--scope", "everything")

    assert result.exit_code == 2
    assert re.findall(r"'(registrations:\w+)'", result.output) == list(SCOPES)
