"""The command line: parse, then call."""

from cutaway.cli.main import main

__all__ = ["main"]
