"""The app: every key and command of ARCHITECTURE.md over HTTP."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from cutaway.errors import CutawayError
from cutaway.server import commands, keys
from cutaway.server.documents import ProblemDoc
from cutaway.server.hub import Hub, problem_status
from cutaway.server.safety import Guard, Safety

STATIC = Path(__file__).parent / "static"


def create_app(hub: Hub, safety: Safety) -> FastAPI:
    """The ASGI app on a hub; the hub is closed when the app stops."""

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None]:
        yield
        hub.close()

    app = FastAPI(
        title="Cutaway",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
        responses={404: {"model": ProblemDoc}, 422: {"model": ProblemDoc}},
    )
    app.state.hub = hub
    app.add_exception_handler(CutawayError, _problem)
    app.include_router(commands.router)
    app.include_router(keys.router)
    app.add_middleware(Guard, safety=safety)
    _page(app)
    return app


async def _problem(_: Request, problem: Exception) -> Response:
    status = problem_status(problem) if isinstance(problem, CutawayError) else 500
    return keys.problem_response(problem, status)


def _page(app: FastAPI) -> None:
    @app.get("/", include_in_schema=False)
    async def page() -> Response:  # pyright: ignore[reportUnusedFunction]
        index = STATIC / "index.html"
        if not index.exists():
            text = "The page was not built: install Cutaway with pip, which builds it on the way."
            return Response(text, 503, media_type="text/plain")
        # The page's parts carry their hash in their names; the page itself must be fresh.
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    app.mount("/", Immutable(directory=STATIC, check_dir=False), name="static")


class Immutable(StaticFiles):
    """Files whose names hold a hash of their content: kept by browsers for good."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        """The file with a caching header."""
        response = super().file_response(*arguments, **named)
        response.headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        return response
