"""Commands that concern a preparation while it is edited."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request

from cutaway.server.commands import _hub, _json  # pyright: ignore[reportPrivateUsage]
from cutaway.session.documents import Step
from cutaway.session.preparing_documents import PreviewDoc, StepsDoc

router = APIRouter()


@router.post("/m/{model}/preset")
async def preset(
    request: Request,
    model: int,
    fed: Annotated[dict[str, Any], Body(alias="input")],
    name: Annotated[str, Body()] = "",
    given: Annotated[dict[str, dict[str, Any]] | None, Body()] = None,
) -> StepsDoc:
    """The steps of a preset for an input, or by no name those that are guessed; nothing is run."""
    hub = _hub(request)
    asked = {"name": name, "input": hub.fed(fed), "given": hub.singly(given or {})}
    return await _json(hub.held(model).session.command("preset", asked))


@router.post("/m/{model}/preview")
async def preview(
    request: Request,
    model: int,
    fed: Annotated[dict[str, Any], Body(alias="input")],
    steps: Annotated[list[Step], Body()],
    given: Annotated[dict[str, dict[str, Any]] | None, Body()] = None,
) -> PreviewDoc:
    """What each step gives, as a small picture, and what is wrong with them; nothing is run."""
    hub = _hub(request)
    asked = {"steps": steps, "input": hub.fed(fed), "given": hub.singly(given or {})}
    return await _json(hub.held(model).session.command("preview", asked))
