"""One opened model: answers keys and carries out commands, whatever transport asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cutaway.session.answer import Answer

if TYPE_CHECKING:
    from cutaway.session.session import Session

__all__ = ["Answer", "Session"]


def __getattr__(name: str) -> Any:
    """The session itself, imported when asked for: the server, which needs it not, starts fast."""
    if name == "Session":
        from cutaway.session.session import Session

        return Session
    raise AttributeError(f"module 'cutaway.session' has no attribute '{name}'")
