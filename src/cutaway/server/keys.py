"""Keys over HTTP: what a key answers never changes, so browsers may keep it for good."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from cutaway.errors import InputError, UnknownKey
from cutaway.server.hub import Hub
from cutaway.session.answer import BLOB, PROBLEM, Answer, as_problem
from cutaway.session.documents import CellsDoc, GraphDoc, LayoutDoc, StatsDoc, TraceDoc
from cutaway.worker import RemoteSession

router = APIRouter()

_FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}

# Each pattern with the document that answers it; None where the answer is bytes.
_PATTERNS: tuple[tuple[str, Any], ...] = (
    ("/m/{model}/graph", GraphDoc),
    ("/m/{model}/layout/{group}", LayoutDoc),
    ("/m/{model}/v/{value}/stats", StatsDoc),
    ("/m/{model}/v/{value}/cells/{page}", CellsDoc),
    ("/m/{model}/v/{value}/{rest:path}", None),
    ("/t/{trace}/info", TraceDoc),
    ("/t/{trace}/statistics", list[StatsDoc]),
    ("/t/{trace}/input.png", None),
    ("/t/{trace}/{value}/stats", StatsDoc),
    ("/t/{trace}/{value}/cells/{page}", CellsDoc),
    ("/t/{trace}/{value}/{rest:path}", None),
)


def problem_response(problem: BaseException, status: int) -> Response:
    """An error as an answer that is never kept."""
    return Response(
        as_problem(problem).body, status, media_type=PROBLEM, headers={"Cache-Control": "no-store"}
    )


def _session_of(hub: Hub, key: str) -> RemoteSession:
    parts = key.partition("?")[0].split("/")
    number = parts[2] if len(parts) > 2 else ""
    if not number.isdigit() or parts[1] not in ("m", "t"):
        raise UnknownKey(f"a key begins with /m/NUMBER or /t/NUMBER; got '{key[:80]}'")
    return hub.traced(int(number)) if parts[1] == "t" else hub.held(int(number)).session


async def _one(request: Request) -> Response:
    hub: Hub = request.app.state.hub
    query = request.url.query
    key = request.url.path + (f"?{query}" if query else "")
    answer = await asyncio.wrap_future(_session_of(hub, key).get(key))
    return _response(answer)


def _response(answer: Answer) -> Response:
    return Response(bytes(answer.body), media_type=answer.content_type, headers=_FOR_GOOD)


for pattern, document in _PATTERNS:
    router.add_api_route(
        pattern, _one, response_model=document, methods=["GET"], operation_id=pattern
    )


@router.get("/many")
async def many(request: Request, key: Annotated[list[str], Query()]) -> Response:
    """The answers to many keys of one model, in one blob."""
    hub: Hub = request.app.state.hub
    sessions = {_session_of(hub, one).id: _session_of(hub, one) for one in key}
    if len(sessions) != 1:
        raise InputError("the keys of one question must be of one model; ask once for each")
    (session,) = sessions.values()
    return _response(await asyncio.wrap_future(session.many(key)))


@router.get("/tables")
async def tables() -> Response:
    """All colour tables: one (256, 3) uint8 array each, their names and kinds in the metadata."""
    return Response(
        await asyncio.to_thread(_tables), media_type=BLOB, headers={"Cache-Control": "max-age=3600"}
    )


def _tables() -> bytes:
    import orjson
    from safetensors.numpy import save

    from cutaway import pictures

    found = pictures.tables()
    described = [{"name": table.name, "kind": table.kind} for table in found]
    arrays = {str(i): table.colours for i, table in enumerate(found)}
    return save(arrays, {"json": orjson.dumps(described).decode()})
