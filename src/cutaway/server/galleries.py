"""Commands of galleries over HTTP."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from cutaway import demo
from cutaway.errors import InputError
from cutaway.server.hub import Hub
from cutaway.session.gallery_documents import GalleryStartDoc, ResultDoc
from cutaway.worker.held import new_id

router = APIRouter()


@router.post("/m/{model}/gallery")
async def gallery(
    request: Request,
    model: int,
    uploads: Annotated[list[str] | None, Body()] = None,
    path: Annotated[str | None, Body()] = None,
    samples: Annotated[bool, Body()] = False,  # noqa: FBT002 - a JSON field
    again: Annotated[int | None, Body()] = None,
) -> GalleryStartDoc:
    """Read many inputs and predict each; the rest is told by events and under ``/m/{m}/g/{g}``.

    Args:
        request: the app's.
        model: which one.
        uploads: files that were sent; one that others were sent beside stands for all of these.
        path: a file or folder on this machine.
        samples: the shipped pictures.
        again: a gallery whose entries are predicted anew, as the preparation is now.
    """
    hub: Hub = request.app.state.hub
    number = new_id()
    asked: dict[str, Any] = {"gallery": number}
    if again is not None:
        asked["again"] = again
    else:
        asked["paths"] = [str(one) for one in _paths(hub, uploads or [], path, samples=samples)]
    session = hub.held(model).session
    await asyncio.wrap_future(session.command("gallery", asked))
    return GalleryStartDoc(number)


@router.post("/m/{model}/gallery/result")
async def result(
    request: Request, model: int, number: Annotated[int, Body(alias="gallery", embed=True)]
) -> ResultDoc:
    """What the predictions so far amount to, with the class names in use now."""
    session = request.app.state.hub.held(model).session
    asked = session.command("gallery-result", {"gallery": number})
    return (await asyncio.wrap_future(asked)).json()


@router.post("/m/{model}/gallery/cancel")
async def cancel(
    request: Request, model: int, number: Annotated[int, Body(alias="gallery", embed=True)]
) -> dict[str, str]:
    """Stop predicting; what was predicted stays."""
    session = request.app.state.hub.held(model).session
    asked = session.command("gallery-cancel", {"gallery": number})
    return (await asyncio.wrap_future(asked)).json()


def _paths(hub: Hub, uploads: list[str], path: str | None, *, samples: bool) -> list[Path]:
    if samples:
        return [one.path for one in demo.samples()]
    if path:
        return [Path(path.strip().strip("\"'")).expanduser().absolute()]
    if not uploads:
        raise InputError("a gallery is made of uploads, a path, or samples; got none of them")
    found = {hub.folder(key) if hub.is_folder(key) else hub.uploaded(key) for key in uploads}
    return sorted(found)
