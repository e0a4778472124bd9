"""Builds the page while the package is built: npm comes from a wheel, no Node is needed.

Hatchling calls this for the wheel, for an editable install and for the sdist. An sdist carries the
built page and is told by its PKG-INFO, so a wheel made from it needs no network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BuildPage(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in ``viewer/``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the page, but for a wheel made from an sdist, which carries it."""
        root = Path(self.root)
        built = root / "src" / "cutaway" / "server" / "static" / "index.html"
        if built.exists() and ((root / "PKG-INFO").exists() or os.environ.get("CUTAWAY_SKIP_PAGE")):
            return
        self.app.display_info("building the page (npm)")
        for arguments in (["ci", "--omit=dev", "--no-audit", "--no-fund"], ["run", "build"]):
            _npm(root, arguments)


def _npm(root: Path, arguments: list[str]) -> None:
    """Run npm in the page's folder; its words are shown only where it fails."""
    done = subprocess.run(
        [sys.executable, str(root / "scripts" / "npm.py"), *arguments],
        cwd=root / "viewer",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise RuntimeError(f"npm {' '.join(arguments)} failed in {root / 'viewer'}")
