"""What is asked with GET: keys, many of them, events, the state; there from the start."""

from __future__ import annotations

import asyncio
import importlib.util
from pathlib import Path
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from cutaway import __version__, demo, settings
from cutaway.errors import InputError, UnknownKey
from cutaway.server.documents import RecentDoc, SampleDoc, StateDoc
from cutaway.server.hub import Hub, keras_installed
from cutaway.session.answer import BLOB, JSON, PROBLEM, Answer, as_problem
from cutaway.worker import HeldSession

_WAIT = 20.0
"""Seconds that a question for events is held open."""

_FOR_GOOD = {"Cache-Control": "private, max-age=31536000, immutable"}


def problem_response(problem: BaseException, status: int) -> Response:
    """An error as an answer that is never kept."""
    return Response(
        as_problem(problem).body, status, media_type=PROBLEM, headers={"Cache-Control": "no-store"}
    )


def json_response(document: object) -> Response:
    """A document that changes."""
    return Response(orjson.dumps(document), media_type=JSON, headers={"Cache-Control": "no-store"})


def hub_of(request: Request) -> Hub:
    """What the server holds."""
    return request.app.state.hub


async def key(request: Request) -> Response:
    """The answer to the key that the path is: it never changes, so browsers may keep it."""
    query = request.url.query
    asked = request.url.path + (f"?{query}" if query else "")
    return _kept(await asyncio.wrap_future(_session(hub_of(request), asked).get(asked)))


async def many(request: Request) -> Response:
    """The answers to many keys of one model, in one blob."""
    keys = request.query_params.getlist("key")
    sessions = {one.id: one for one in (_session(hub_of(request), k) for k in keys)}
    if len(sessions) != 1:
        raise InputError("the keys of one question must be of one model; ask once for each")
    (session,) = sessions.values()
    return _kept(await asyncio.wrap_future(session.many(keys)))


async def events(request: Request) -> Response:
    """What happened since; waits for something to happen."""
    after = request.query_params.get("after", "0")
    if not after.isdigit():
        raise InputError(f"after is the number of the last event that is known; got '{after}'")
    return json_response(await hub_of(request).events(int(after), _WAIT))


async def state(request: Request) -> Response:
    """What the server holds and offers."""
    keras = keras_installed()
    recents = [RecentDoc(one.path, one.name) for one in settings.recents()]
    models = hub_of(request).documents()
    said = demo.describe(keras=keras)
    return json_response(StateDoc(__version__, models, recents, keras, said))


async def settings_of(request: Request) -> Response:
    """The labels and the preparation in use of a model."""
    return await _now(request, "settings")


async def readings_of(request: Request) -> Response:
    """The readings of a model's newest run, as they are now."""
    return await _now(request, "readings")


async def _now(request: Request, command: str) -> Response:
    session = hub_of(request).held(int(request.path_params["model"])).session
    answer = await asyncio.wrap_future(session.command(command, {}))
    return Response(
        bytes(answer.body), media_type=answer.content_type, headers={"Cache-Control": "no-store"}
    )


async def tables(_: Request) -> Response:
    """All colour tables: one (256, 3) uint8 array each, their names and kinds in the metadata."""
    kept = tables_file()
    if not kept.exists():
        body = await asyncio.to_thread(_tables)
        await asyncio.to_thread(settings.keep, kept, body)
        return Response(body, media_type=BLOB, headers={"Cache-Control": "max-age=3600"})
    return FileResponse(kept, media_type=BLOB, headers={"Cache-Control": "max-age=3600"})


async def steps(_: Request) -> Response:
    """All sorts of steps that a preparation may have, and the presets."""
    from cutaway.session.catalogue import catalogue

    return json_response(await asyncio.to_thread(catalogue))


async def samples(_: Request) -> Response:
    """The pictures that come with Cutaway."""
    return json_response([SampleDoc(one.id, one.name, one.label) for one in demo.samples()])


async def sample(request: Request) -> Response:
    """One of the shipped pictures."""
    path = demo.sample(int(request.path_params["number"])).path
    return FileResponse(path, headers={"Cache-Control": "max-age=86400"})


def _session(hub: Hub, asked: str) -> HeldSession:
    parts = asked.partition("?")[0].split("/")
    number = parts[2] if len(parts) > 2 else ""
    if not number.isdigit() or parts[1] not in ("m", "t"):
        raise UnknownKey(f"a key begins with /m/NUMBER or /t/NUMBER; got '{asked[:80]}'")
    return hub.traced(int(number)) if parts[1] == "t" else hub.held(int(number)).session


def _kept(answer: Answer) -> Response:
    return Response(bytes(answer.body), media_type=answer.content_type, headers=_FOR_GOOD)


def tables_file() -> Path:
    """Where the tables are kept: making them anew would cost every start a fifth of a second."""
    found = importlib.util.find_spec("cmap")
    stamp = 0 if found is None or found.origin is None else Path(found.origin).stat().st_mtime_ns
    return settings.user_folder() / f"tables-{__version__}-{stamp:x}.safetensors"


def _tables() -> bytes:
    from safetensors.numpy import save

    from cutaway import pictures

    found = pictures.tables()
    described: list[Any] = [{"name": table.name, "kind": table.kind} for table in found]
    arrays = {str(i): table.colours for i, table in enumerate(found)}
    return save(arrays, {"json": orjson.dumps(described).decode()})
