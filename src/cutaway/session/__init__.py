"""One opened model: answers keys and carries out commands, whatever transport asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cutaway.session.answer import BLOB, JSON, NPY, PNG, PROBLEM, Answer, as_json, as_problem

if TYPE_CHECKING:
    from cutaway.session.session import Session

__all__ = [
    "BLOB",
    "JSON",
    "NPY",
    "PNG",
    "PROBLEM",
    "Answer",
    "Session",
    "as_json",
    "as_problem",
]


def __getattr__(name: str) -> Any:
    """The session itself, imported when asked for: the server, which needs it not, starts fast."""
    if name == "Session":
        from cutaway.session.session import Session

        return Session
    raise AttributeError(f"module 'cutaway.session' has no attribute '{name}'")
