"""Live frames over HTTP: raw bytes in, the trace and its pictures out, in one round trip."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, cast

import orjson
from fastapi import APIRouter, Query, Request, Response

from cutaway.errors import Cancelled, InputError
from cutaway.server.hub import Hub
from cutaway.session.live_documents import LivePlanDoc

router = APIRouter()

_MOST_BYTES = 1 << 27


def _hub(request: Request) -> Hub:
    return request.app.state.hub


@router.post("/m/{model}/live", response_class=Response)
async def live(
    request: Request,
    model: int,
    width: int | None = None,
    height: int | None = None,
    channels: int | None = None,
    name: str = "live frame",
    asked: str | None = None,
    want: Annotated[list[str] | None, Query()] = None,
) -> Response:
    """Run one frame: a blob as ``/many`` has it, the TraceDoc first, then what is wanted.

    The body is uint8 pixels where ``width``, ``height`` and ``channels`` say so, else float32
    samples. ``asked`` is JSON as a run takes it: ``preparation``, ``given``, and ``input`` where
    that is what is fed and the body is empty; and ``stream``, whose frames go on from the states
    that the one before left, while those of another name, or of none, begin with zeros. ``want``
    are tails of keys of the trace such as ``12/overview/64``. 204 without a body: a newer frame
    came before this one.
    """
    hub = _hub(request)
    if int(request.headers.get("content-length") or 0) > _MOST_BYTES:
        raise InputError(f"a live frame has at most {_MOST_BYTES:,} bytes; send a smaller one")
    frame = {"width": width, "height": height, "channels": channels, "name": name}
    told = {**frame, **_asked(hub, asked), "want": want or []}
    if width is not None and (height is None or channels is None):
        raise InputError("pixels come with width, height and channels; got the width alone")
    body = await request.body()
    try:
        answer = await asyncio.wrap_future(hub.live(model, told, body))
    except Cancelled:
        return Response(status_code=204)
    return Response(
        bytes(answer.body), media_type=answer.content_type, headers={"Cache-Control": "no-store"}
    )


@router.post("/m/{model}/live/plan")
async def live_plan(request: Request, model: int) -> LivePlanDoc:
    """What the model's main input takes from a pad, a camera or a microphone."""
    session = _hub(request).held(model).session
    answer = await asyncio.wrap_future(session.command("live-plan", {}))
    return answer.json()


@router.post("/t/{trace}/keep")
async def keep(request: Request, trace: int) -> dict[str, Any]:
    """Keep a live frame's trace as any other run's."""
    await asyncio.wrap_future(_hub(request).keep(trace))
    return {}


def _asked(hub: Hub, text: str | None) -> dict[str, Any]:
    """What else a run is asked for, as the worker takes it; raises InputError."""
    try:
        told: Any = orjson.loads(text or "{}")
    except orjson.JSONDecodeError as problem:
        raise InputError(f"what is asked of a live frame is JSON; {problem}") from None
    if not isinstance(told, dict):
        raise InputError("what is asked of a live frame is a JSON object; send one")
    said = cast("dict[str, Any]", told)
    singly = cast("dict[str, dict[str, Any]]", said.get("given") or {})
    found: dict[str, Any] = {"preparation": said.get("preparation"), "given": hub.singly(singly)}
    if said.get("stream"):
        found["stream"] = str(said["stream"])
    if said.get("input"):
        found["input"] = hub.fed(said["input"])
    return found
