"""A part of the app whose libraries take long to load: it loads while the page already draws."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

_PATIENCE = 2.0
"""Seconds after the start: by then the first pictures are drawn, and the processor is free."""


class Late:
    """An ASGI app that is made when it is first asked, or a little after the start."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        """Remember how the app is made.

        Args:
            make: returns the app; called once, on a thread.
        """
        self._make = make
        self._task: asyncio.Task[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as soon as the app is there."""
        await (await asyncio.shield(self._app()))(scope, receive, send)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncGenerator[None]:
        """Begin to load it in due time."""
        timer = asyncio.get_running_loop().call_later(_PATIENCE, self._app)
        yield
        timer.cancel()

    def _app(self) -> asyncio.Task[ASGIApp]:
        if self._task is None:
            self._task = asyncio.create_task(asyncio.to_thread(self._make))
        return self._task
