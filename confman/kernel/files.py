"""Where the folders that belong to confman but are no Python lie: in the package, or in the checkout."""

from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent.parent


def folder(name: Literal["alembic", "examples", "templates"]) -> Path:
    """A wheel carries the folder as confman/_<name> (hatch_build.py); a checkout has it beside the package.

    FileNotFoundError says that the installation is incomplete.
    """
    for place in (PACKAGE / f"_{name}", PACKAGE.parent / name):
        if place.is_dir():
            return place
    missing = f"confman's folder '{name}' is neither in the package nor beside it; please install confman again"
    raise FileNotFoundError(missing)
