"""What a wheel carries beside the code: each folder as confman/_<folder>, where confman/kernel/files.py looks first.

A hook and not the static table of forced files, because an editable install would copy that one too and go stale.
"""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("alembic", "examples", "templates")


class CustomBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_data["force_include"].update({folder: f"confman/_{folder}" for folder in FOLDERS})
            build_data["force_include"].update(self._assets())

    def _assets(self) -> dict[str, str]:
        """Of node_modules only what the pages use."""
        assets: tuple[str, ...] = runpy.run_path(str(Path(self.root) / "confman" / "kernel" / "files.py"))["ASSETS"]
        missing = [asset for asset in assets if not (Path(self.root) / "node_modules" / asset).is_file()]
        if missing:
            message = f"The pages need {missing[0]}: please run `npm ci` before the wheel is built."
            raise FileNotFoundError(message)
        return {f"node_modules/{asset}": f"confman/_assets/{asset}" for asset in assets}
