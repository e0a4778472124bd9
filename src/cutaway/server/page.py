"""The built page: its index, which must be fresh, and its parts, which never change."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

STATIC = Path(__file__).parent / "static"


def page_routes(otherwise: ASGIApp) -> list[BaseRoute]:
    """The page's own routes, and everything else to another app.

    Args:
        otherwise: what answers what is not of the page.
    """
    parts = Parts(directory=STATIC / "assets", check_dir=False)
    return [
        Route("/", _index),
        Route("/icon.svg", _icon),
        Mount("/assets", parts),
        Mount("/", otherwise),
    ]


class Parts(StaticFiles):
    """Files whose names hold a hash of their content: kept by browsers for good."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        """The file with a caching header."""
        response = super().file_response(*arguments, **named)
        response.headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
        return response


async def _index(_: Request) -> Response:
    index = STATIC / "index.html"
    if not index.exists():
        said = "The page was not built: install Cutaway with pip, which builds it on the way."
        return PlainTextResponse(said, 503)
    return FileResponse(index, headers={"Cache-Control": "no-cache"})


async def _icon(_: Request) -> Response:
    return FileResponse(STATIC / "icon.svg", headers={"Cache-Control": "max-age=86400"})
