"""The app: every question and command of ARCHITECTURE.md, whatever door it comes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from cutaway.errors import CutawayError
from cutaway.server.answers import problem_response
from cutaway.server.hub import Hub, problem_status
from cutaway.server.late import Late
from cutaway.server.page import page_routes
from cutaway.server.routes import GETS, get_routes

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp


def create_app(hub: Hub) -> Starlette:
    """The ASGI app on a hub: questions and the page at once, commands once FastAPI has loaded."""
    commands = Late(lambda: _commands(hub))
    app = Starlette(
        routes=[*get_routes(), *page_routes(commands)],
        exception_handlers={CutawayError: _problem},
        lifespan=commands.lifespan,
    )
    app.state.hub = hub
    return app


def describe() -> FastAPI:
    """The whole app as FastAPI describes it; for its schema, from which the page's types come."""
    from fastapi import FastAPI

    from cutaway.server.commands import router
    from cutaway.server.documents import ProblemDoc
    from cutaway.server.preparing import router as preparing

    app = FastAPI(
        title="Cutaway", responses={404: {"model": ProblemDoc}, 422: {"model": ProblemDoc}}
    )
    app.include_router(router)
    app.include_router(preparing)
    for path, answer, document in GETS:
        plain = path.replace(":int", "").replace(":path", "")

        async def question() -> None: ...

        question.__doc__ = answer.__doc__
        app.add_api_route(plain, question, response_model=document, operation_id=plain)
    return app


def _commands(hub: Hub) -> ASGIApp:
    from fastapi import FastAPI

    from cutaway.server.commands import router
    from cutaway.server.preparing import router as preparing

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.state.hub = hub
    app.add_exception_handler(CutawayError, _problem)
    app.include_router(router)
    app.include_router(preparing)
    return app


async def _problem(_: Request, problem: Exception) -> Response:
    status = problem_status(problem) if isinstance(problem, CutawayError) else 500
    return problem_response(problem, status)
