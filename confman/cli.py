"""The command line. Each command imports what it needs when it runs, so that the short ones start fast."""

from confman import cli_access as cli_access  # noqa: PLC0414 - loaded for its commands, as the others
from confman import cli_books as cli_books  # noqa: PLC0414 - for the commands it adds
from confman import cli_members as cli_members  # noqa: PLC0414 - for the commands it adds
from confman import cli_print as cli_print  # noqa: PLC0414 - for the commands it adds
from confman import cli_serving as cli_serving  # noqa: PLC0414 - for the commands it adds
from confman.cli_base import cli

__all__ = ["cli", "main"]


def main() -> None:
    cli()
