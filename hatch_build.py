"""What a wheel carries beside the code: each folder as confman/_<folder>, where confman/kernel/files.py looks first.

A hook and not the static table of forced files, because an editable install would copy that one too and go stale.
"""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("alembic", "examples", "templates")


class CustomBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"].update({folder: f"confman/_{folder}" for folder in FOLDERS})
