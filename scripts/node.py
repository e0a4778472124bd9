"""Runs npm with the Node that came from PyPI: ``node.py npm ARGUMENTS``."""

from __future__ import annotations

import subprocess
import sys

from build_page import node_command


def main() -> int:
    environment, command = node_command()
    return subprocess.run([*command, *sys.argv[2:]], env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
