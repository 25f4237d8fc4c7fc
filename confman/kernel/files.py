"""Where the folders that belong to confman but are no Python lie: in the package, or in the checkout."""

from pathlib import Path
from typing import Literal

PACKAGE = Path(__file__).resolve().parent.parent

IN_CHECKOUT = {"assets": "node_modules"}
"""What is called otherwise there."""

_KERN = "@kern-ux/native"
ASSETS = (
    f"{_KERN}/LICENSE.md",
    f"{_KERN}/dist/kern.min.css",
    *(f"{_KERN}/dist/fonts/fira-sans/FiraSans-{weight}.woff2" for weight in ("Regular", "Medium", "SemiBold")),
)
"""What the pages need of the packages in package.json; all that a wheel carries of them (hatch_build.py reads this)."""


def folder(name: Literal["alembic", "assets", "examples", "templates"]) -> Path:
    """A wheel carries the folder as confman/_<name> (hatch_build.py); a checkout has it beside the package.

    FileNotFoundError says that the installation is incomplete.
    """
    for place in (PACKAGE / f"_{name}", PACKAGE.parent / IN_CHECKOUT.get(name, name)):
        if place.is_dir():
            return place
    missing = f"confman's folder '{name}' is neither in the package nor beside it; please install confman again"
    raise FileNotFoundError(missing)
