"""Which question is answered by what: one table for the app and for its schema."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute, Route

from cutaway.server import answers
from cutaway.server.documents import EventsDoc, SampleDoc, StateDoc
from cutaway.session.documents import (
    CellsDoc,
    GraphDoc,
    SettingsDoc,
    StatsDoc,
    TraceDoc,
)
from cutaway.session.explaining import FieldDoc, SumDoc
from cutaway.session.gallery_documents import GalleryDoc, NearDoc, ToldPageDoc
from cutaway.session.preparing_documents import CatalogueDoc, StepStatsDoc
from cutaway.session.reading_documents import PlaceDoc, ReadingContentDoc, ReadingsDoc

GETS: tuple[tuple[str, Any, Any], ...] = (
    ("/state", answers.state, StateDoc),
    ("/events", answers.events, EventsDoc),
    ("/many", answers.many, None),
    ("/tables", answers.tables, None),
    ("/steps", answers.steps, CatalogueDoc),
    ("/samples", answers.samples, list[SampleDoc]),
    ("/samples/{number:int}.png", answers.sample, None),
    ("/m/{model:int}/settings", answers.settings_of, SettingsDoc),
    ("/m/{model:int}/readings", answers.readings_of, ReadingsDoc),
    ("/m/{model:int}/graph", answers.key, GraphDoc),
    ("/m/{model:int}/v/{value:int}/stats", answers.key, StatsDoc),
    ("/m/{model:int}/v/{value:int}/cells/{page:int}", answers.key, CellsDoc),
    ("/m/{model:int}/g/{gallery:int}/info", answers.key, GalleryDoc),
    ("/m/{model:int}/g/{gallery:int}/told/{page:int}", answers.key, ToldPageDoc),
    ("/m/{model:int}/g/{gallery:int}/near/{entry:int}", answers.key, NearDoc),
    ("/t/{trace:int}/info", answers.key, TraceDoc),
    ("/t/{trace:int}/reading/{reading:int}", answers.key, ReadingContentDoc),
    ("/t/{trace:int}/reading/{reading:int}/at", answers.key, PlaceDoc),
    ("/t/{trace:int}/statistics", answers.key, list[StatsDoc]),
    ("/t/{trace:int}/step/{number:int}/stats", answers.key, StepStatsDoc),
    ("/t/{trace:int}/{value:int}/stats", answers.key, StatsDoc),
    ("/t/{trace:int}/{value:int}/cells/{page:int}", answers.key, CellsDoc),
    ("/t/{trace:int}/{value:int}/sum/{flat:int}", answers.key, SumDoc),
    ("/t/{trace:int}/{value:int}/field/{flat:int}", answers.key, FieldDoc),
    ("/m/{rest:path}", answers.key, None),
    ("/t/{rest:path}", answers.key, None),
)
"""Pattern, what answers it, and its document; None where the answer is bytes."""


def get_routes() -> list[BaseRoute]:
    """The questions as routes."""
    return [Route(path, answer) for path, answer, _ in GETS]
