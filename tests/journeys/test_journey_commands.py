"""`confman participants` and `confman badges`, as an operator types them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from confman.cli import cli
from confman.store.registrations import registration
from tests.api_node import BASE_URL
from tests.builders import an_event
from tests.world import World

SLUG = "abschlusskonferenz"


def command(url: str, *words: str | Path) -> Result:
    environment = {"CONFMAN_DATABASE_URL": url, "CONFMAN_BASE_URL": BASE_URL, "CONFMAN_SECRET": "s" * 32}
    return CliRunner().invoke(cli, [str(word) for word in words], env=environment)


@pytest.fixture
def full(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    world = World(sqlite_url, tmp_path)
    world.write(an_event, confirm_address=False)
    world.register(SLUG, "Adler")
    yield world
    world.close()


def written(world: World) -> list[str]:
    """The files beside those of the database."""
    return sorted(path.name for path in world.data_dir.iterdir() if not path.name.startswith("confman.sqlite"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("participants", "nirgends", "-o", "l.csv"), "Error: there is no event 'nirgends'\n"),
        (("badges", "nirgends", "-o", "b.pdf"), "Error: there is no event 'nirgends'\n"),
        (("participants", SLUG, "-o", "l.ods"), "Error: The file's name must end in .csv or .xlsx.\n"),
        (
            ("badges", SLUG, "-o", "b.pdf", "--start-at", "11"),
            "Error: --start-at: must be from 1 to 10 on this sheet\n",
        ),
        (("badges", SLUG, "-o", "b.pdf", "--start-at", "0"), "Error: --start-at: must be from 1 to 10 on this sheet\n"),
        (
            ("badges", SLUG, "-o", "b.pdf", "--sheet", "L9999"),
            "Error: --sheet: 'L9999' is none of avery-l4785, avery-l4727, durable-1445, a4-a6, a6-page\n",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(
    full: World, words: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(full.data_dir)

    result = command(full.url, *words)

    assert (result.exit_code, result.output) == (1, says)
    assert written(full) == []


def test_without_a_database_none_is_made(tmp_path: Path) -> None:
    missing = tmp_path / "nirgends.sqlite"

    result = command(f"sqlite:///{missing}", "participants", SLUG, "-o", tmp_path / "l.csv")

    assert (result.exit_code, list(tmp_path.iterdir())) == (1, [])
    assert result.output == f"Error: there is no database at {missing}: confman migrate makes one\n"


def test_a_folder_that_is_not_there_is_said_to(full: World) -> None:
    output = full.data_dir / "nirgends" / "l.csv"

    result = command(full.url, "participants", SLUG, "-o", output)

    assert (result.exit_code, result.output) == (1, f"Error: {output}: No such file or directory\n")


def test_a_file_is_replaced_only_by_a_whole_one(full: World) -> None:
    file = full.data_dir / "l.csv"
    file.write_text("die von gestern")
    file.chmod(0o640)

    refused = command(full.url, "participants", "nirgends", "-o", file)
    kept = file.read_text()
    done = command(full.url, "participants", SLUG, "-o", file)

    assert (refused.exit_code, kept) == (1, "die von gestern")
    assert (done.exit_code, done.output) == (0, f"{file}: 1 Anmeldung\n")
    assert file.read_text(encoding="utf-8-sig").startswith('"Nachname";"Vorname"')
    assert file.stat().st_mode & 0o777 == 0o640
    assert written(full) == ["l.csv"]


def test_a_new_file_is_for_its_owner_alone(full: World) -> None:
    file = full.data_dir / "l.csv"

    command(full.url, "participants", SLUG, "-o", file)

    assert file.stat().st_mode & 0o777 == 0o600


def test_lists_are_read_beside_a_server_that_writes(full: World) -> None:
    file = full.data_dir / "b.pdf"

    with full.node.work.database.write.begin() as connection:
        connection.execute(update(registration).values(family_name="Bussard"))
        result = command(full.url, "badges", SLUG, "-o", file)

    assert (result.exit_code, result.output) == (0, f"{file}: 1 Namensschild\n")
    assert file.read_bytes().startswith(b"%PDF-")


def test_what_to_look_at_goes_to_the_other_stream_and_is_no_error(full: World) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff" * 3
    full.write(lambda c: c.execute(update(registration).values(family_name=name, code="K7M4-29QX")))
    file = full.data_dir / "b.pdf"

    german = command(full.url, "badges", SLUG, "-o", file)
    english = command(full.url, "badges", SLUG, "-o", file, "--language", "en")

    assert (german.exit_code, german.stdout) == (0, f"{file}: 1 Namensschild\n")
    assert german.stderr.startswith(f"Bitte 1 Namensschild prüfen:\nAnna {name} (K7M4-29QX): Name ")
    assert english.stderr.startswith("Please check 1 badge:\n")
    assert english.stdout == f"{file}: 1 badge\n"


def test_outlines_and_the_first_label_are_as_told(full: World) -> None:
    plain, outlined = full.data_dir / "a.pdf", full.data_dir / "b.pdf"

    command(full.url, "badges", SLUG, "-o", plain)
    again = command(full.url, "badges", SLUG, "-o", outlined, "--outlines", "--start-at", "10", "--sheet", "l4727")

    assert again.exit_code == 0
    assert plain.read_bytes() != outlined.read_bytes()
