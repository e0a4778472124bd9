"""The engine's sessions of the parts of a graph."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import onnxruntime as ort
from onnx import ModelProto

from cutaway.loaders.onnx.cutting import Part
from cutaway.loaders.onnx.engine import is_packed, start_session
from cutaway.loaders.onnx.losses import Losses, everything, more
from cutaway.loaders.onnx.models import PartModels, Unsuited, capture_model, type_of
from cutaway.loaders.onnx.structure import Structure

_MOST_CUTS: Final = 50
"""How many nodes that the engine refuses are cut out before it is given up."""

KEPT: Final = 50_000
"""Nodes whose sessions are kept for the next run: each takes some 5 kB in the engine, 250 MB in
all, against 26 microseconds to start it anew. A graph that is run whole is always kept."""


class Sessions:
    """Starts a session for a part of a graph, and keeps it where that is cheap."""

    def __init__(self, light: ModelProto, structure: Structure, folder: Path) -> None:
        """Sessions of a file.

        Args:
            light: the file's message, its big tensors external.
            structure: the Graph read from it.
            folder: where the external tensors lie.
        """
        self._light = light
        self._structure = structure
        self._graph = structure.graph
        self._folder = folder
        self._models: PartModels | None = None
        # One decision for all parts: packing decides the order of sums, and so the last digits.
        self._packed = is_packed(structure.graph)
        self._kept: dict[tuple[range, frozenset[int]], ort.InferenceSession] = {}

    def session(
        self,
        part: Part,
        losses: Losses,
        given: Mapping[int, Any],
        profile: Path | None = None,
    ) -> tuple[ort.InferenceSession | None, Losses]:
        """A session of what is left of a part, None where nothing is; what is lost by then.

        Args:
            part: of the graph.
            losses: so far. Nodes that the engine refuses come to them.
            given: values of the engine by id, as far as earlier parts wrote them.
            profile: as ``start_session`` takes it; such a session is new, and not kept.

        Raises:
            Unsuited: the graph cannot be run in parts.
        """
        for _ in range(_MOST_CUTS):
            without = losses.without.intersection(part.nodes) if losses.without else frozenset()
            if len(without) == len(part.nodes):
                return None, losses
            try:
                if profile is not None:
                    return self._started(part, without, given, profile), losses
                return self._at_hand(part, without, given), losses
            except Unsuited:
                raise
            except Exception as problem:  # noqa: BLE001 - the engine raises bare exceptions
                losses = more(losses, problem, self._structure)
        return None, everything(losses, losses.message or "", self._graph)

    def _at_hand(
        self, part: Part, without: frozenset[int], given: Mapping[int, Any]
    ) -> ort.InferenceSession:
        """The session that was kept, or a new one."""
        key = (part.nodes, without)
        if key in self._kept:
            return self._kept[key]
        session = self._started(part, without, given, None)
        if self._is_whole(part) or self._size() + len(part.nodes) <= KEPT:
            self._kept[key] = session
        return session

    def _started(
        self,
        part: Part,
        without: frozenset[int],
        given: Mapping[int, Any],
        profile: Path | None,
    ) -> ort.InferenceSession:
        is_whole = self._is_whole(part)
        if is_whole:
            model = capture_model(self._light, self._structure, without)
        else:
            written = (value for value in part.reads if value in given)
            types = {value: type_of(given[value]) for value in written}
            model = self._part_models().model(part, types, without)
        return start_session(
            model, self._folder, packed=self._packed, is_part=not is_whole, profile=profile
        )

    def _is_whole(self, part: Part) -> bool:
        return len(part.nodes) == len(self._structure.protos)

    def _size(self) -> int:
        return sum(len(nodes) for nodes, _ in self._kept)

    def _part_models(self) -> PartModels:
        if self._models is None:
            self._models = PartModels(self._light, self._structure)
        return self._models
