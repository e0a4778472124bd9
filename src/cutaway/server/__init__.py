"""The app: an ASGI app over opened models, and how it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cutaway.server.hub import Hub
    from cutaway.server.showing import Shown, show

__all__ = ["Hub", "Shown", "show"]


def __getattr__(name: str) -> Any:
    """A public name, imported late: the worker starts before the server's libraries load."""
    from importlib import import_module

    homes = {"Hub": "hub", "Shown": "showing", "show": "showing"}
    if name not in homes:
        raise AttributeError(f"module 'cutaway.server' has no attribute '{name}'")
    return getattr(import_module(f"cutaway.server.{homes[name]}"), name)
