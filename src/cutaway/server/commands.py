"""Commands over HTTP."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import FileResponse

from cutaway import demo
from cutaway.errors import InputError
from cutaway.server.documents import (
    OpenDoc,
    RunDoc,
    UploadDoc,
)
from cutaway.server.hub import Hub, keras_installed
from cutaway.session.answer import Answer
from cutaway.session.documents import CompareDoc, LabelsDoc, SettingsDoc, Step, TryAllDoc
from cutaway.session.reading_documents import ReadingsDoc, ReadingWish
from cutaway.settings import Options

router = APIRouter()


def _hub(request: Request) -> Hub:
    return request.app.state.hub


async def _json(future: Any) -> Any:
    answer: Answer = await asyncio.wrap_future(future)
    return answer.json()


def _typed(path: str) -> Path:
    """A path as people type or paste it: quoted, or from their home folder."""
    return Path(path.strip().strip("\"'")).expanduser().absolute()


@router.post("/open")
async def open_model(
    request: Request,
    path: Annotated[str | None, Body()] = None,
    upload: Annotated[str | None, Body()] = None,
    part: Annotated[str | None, Body()] = None,
    trust: Annotated[bool, Body()] = False,  # noqa: FBT002 - a JSON field
    demo_model: Annotated[bool, Body(alias="demo")] = False,  # noqa: FBT002 - a JSON field
) -> OpenDoc:
    """Open a model by path, by upload, or the demo; the first run begins by itself.

    ``part`` names what is opened of several files that were sent together; ``trust`` lets code
    that the file holds run.
    """
    hub = _hub(request)
    if demo_model:
        return await asyncio.to_thread(
            hub.open, demo.model(prefer_keras=keras_installed()), {"sample": 0}, known=False
        )
    options = Options(trust=trust)
    if upload is not None:
        return await asyncio.to_thread(
            hub.open, hub.uploaded(upload, part), {"synthetic": True}, known=False, options=options
        )
    if path:
        return await asyncio.to_thread(hub.open, _typed(path), {"synthetic": True}, options=options)
    raise InputError("to open a model give its path, an upload, or demo; got none of them")


@router.post("/uploads")
async def upload_file(request: Request, name: str, beside: str | None = None) -> UploadDoc:
    """Keep a file that is sent as the raw body; it goes to disk piece by piece.

    ``beside`` is an earlier upload: files of one model lie in one folder, where its loader looks.
    """
    key, place = _hub(request).place_upload(name, beside)
    size = 0
    with place.open("wb") as out:
        async for chunk in request.stream():
            size += len(chunk)
            await asyncio.to_thread(out.write, chunk)
    return UploadDoc(key, place.name, size)


@router.post("/m/{model}/run")
async def run(
    request: Request,
    model: int,
    fed: Annotated[dict[str, Any], Body(alias="input")],
    preparation: Annotated[list[Step] | str | None, Body()] = None,
    shapes: Annotated[dict[str, list[int | None]] | None, Body()] = None,
    given: Annotated[dict[str, dict[str, Any]] | None, Body()] = None,
) -> RunDoc:
    """Feed the model; the answer comes at once, the run's outcome under ``/t/{trace}/info``.

    ``shapes`` are lengths for free axes by the input's name, kept for later runs once the network
    ran with them; ``given`` is what single inputs are given, an upload or a number.
    """
    more = {"preparation": preparation, "shapes": shapes}
    return RunDoc(_hub(request).run(model, fed, given or {}, more))


@router.post("/t/{trace}/cancel")
async def cancel(request: Request, trace: int) -> dict[str, str]:
    """Stop a run."""
    _hub(request).traced(trace).cancel(trace)
    return {}


@router.post("/t/{trace}/compare")
async def compare(
    request: Request,
    trace: int,
    upload: Annotated[str, Body()],
    value: Annotated[int | None, Body()] = None,
    tolerance: Annotated[dict[str, float] | None, Body()] = None,
) -> CompareDoc:
    """Hold a run against the tensors of an ``.npy`` or ``.npz`` file."""
    hub = _hub(request)
    asked = {"trace": trace, "path": str(hub.uploaded(upload)), "value": value}
    return await _json(hub.traced(trace).command("compare", {**asked, "tolerance": tolerance}))


@router.post("/m/{model}/labels")
async def labels(
    request: Request,
    model: int,
    upload: Annotated[str | None, Body()] = None,
    builtin: Annotated[str | None, Body()] = None,
    none: Annotated[bool, Body()] = False,  # noqa: FBT002 - a JSON field
    shift: Annotated[int | None, Body()] = None,
) -> LabelsDoc:
    """Name the model's classes; kept in its sidecar. ``shift`` moves those in use by 1 or -1."""
    hub = _hub(request)
    asked: dict[str, Any] = {"builtin": builtin, "none": none, "shift": shift}
    if upload is not None:
        asked["path"] = str(hub.uploaded(upload))
    return await _json(hub.held(model).session.command("labels", asked))


@router.post("/m/{model}/reading")
async def reading(
    request: Request,
    model: int,
    reading: Annotated[ReadingWish | None, Body(embed=True)] = None,
    trace: Annotated[int | None, Body()] = None,
) -> ReadingsDoc:
    """Say how outputs are read, kept in the sidecar; the newest run's are read anew, no run.

    Null recognizes them again.
    """
    session = _hub(request).held(model).session
    asked = {"reading": None if reading is None else asdict(reading), "trace": trace}
    return await _json(session.command("reading", asked))


@router.post("/m/{model}/preparation")
async def preparation(
    request: Request, model: int, steps: Annotated[list[Step] | None, Body(embed=True)]
) -> SettingsDoc:
    """Keep how this model's inputs are prepared, in its sidecar; null forgets it."""
    return await _json(_hub(request).held(model).session.command("prepare", {"steps": steps}))


@router.post("/m/{model}/tryall")
async def try_all(
    request: Request, model: int, fed: Annotated[dict[str, Any], Body(alias="input", embed=True)]
) -> TryAllDoc:
    """The best class under each usual range and inversion."""
    hub = _hub(request)
    return await _json(hub.held(model).session.command("tryall", {"input": hub.fed(fed)}))


@router.post("/m/{model}/reopen")
async def reopen(request: Request, model: int) -> OpenDoc:
    """The same file in a new worker."""
    return await asyncio.to_thread(_hub(request).reopen, model)


@router.get("/samples/{number}.png", response_class=FileResponse)
async def sample(number: int) -> FileResponse:
    """One of the shipped pictures."""
    return FileResponse(demo.sample(number).path, headers={"Cache-Control": "max-age=86400"})
