"""States that go from one live frame to the next, for as long as one stream lasts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from cutaway.graph import Graph, Value
from cutaway.session.carried import is_state
from cutaway.session.feeding import Fed
from cutaway.trace import Array

_ENDS: Final = re.compile(r"(past|present|previous|prev|current|next|new|out|in|[_.:/])|(?<=.)n$")
"""What tells a state that goes in from the same one that comes out: ``h0`` and ``hn`` differ so."""

_WORDS: Final = "what the frame before left"


def successors(graph: Graph) -> dict[int, int]:
    """By id of each state input: the output that is its next value.

    They belong together by their names (``state`` and ``stateN``, ``past.0.key`` and
    ``present.0.key``), or by their order where as many outputs as states are of their kind. A state
    without an output of its own is left out: it begins with zeros each time.
    """
    states = [graph.values[i] for i in graph.inputs if is_state(graph, i)]
    left = [graph.values[i] for i in graph.outputs]
    found: dict[int, int] = {}
    for state in states:
        same = [one for one in left if _alike(state, one) and _stem(one) == _stem(state)]
        if len(same) == 1:
            found[state.id] = same[0].id
            left.remove(same[0])
    for state in states:
        if state.id in found:
            continue
        kin = [one for one in states if one.id not in found and _kind(one) == _kind(state)]
        fitting = [one for one in left if _alike(state, one)]
        if len(kin) == len(fitting):
            pairs = zip(kin, fitting, strict=True)
            found.update({one.id: after.id for one, after in pairs})
            left = [one for one in left if one not in fitting]
    return found


def _stem(value: Value) -> str:
    return _ENDS.sub("", value.name.lower()).rstrip("0")


def _kind(value: Value) -> tuple[object, object]:
    return value.shape, value.dtype


def _alike(state: Value, output: Value) -> bool:
    """Whether an output may be fed as a state: of its type, and of lengths that do not differ."""
    if state.dtype != output.dtype or state.shape is None or output.shape is None:
        return False
    return len(state.shape) == len(output.shape) and all(
        one == other
        for one, other in zip(state.shape, output.shape, strict=True)
        if isinstance(one, int) and isinstance(other, int) and one >= 0 and other >= 0
    )


class Stream:
    """What one stream of live frames left; another begins with zeros."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._name: str | None = None
        self._left: dict[int, Array] = {}
        self._pairs: Mapping[int, int] | None = None

    def continued(self, name: str | None, fed: Fed) -> Fed:
        """What is fed, with what the frame before left where nobody gave a state.

        Args:
            name: which stream; another than before begins anew, None carries nothing.
            fed: the frame by itself.
        """
        if name is None or name != self._name:
            self._name, self._left = name, {}
        states = {
            number: array
            for number, array in self._left.items()
            if number in fed.defaults and fed.arrays[number].shape == array.shape
        }
        if not states:
            return fed
        words = {**fed.words, **dict.fromkeys(states, _WORDS)}
        return replace(fed, arrays={**fed.arrays, **states}, words=words)

    def keep(self, graph: Graph, tensors: Mapping[int, Array]) -> None:
        """Keep what a frame left for the next one of the same stream.

        Args:
            graph: the network.
            tensors: of the frame's run, by value id.
        """
        if self._name is None:
            return
        if self._pairs is None:
            self._pairs = successors(graph)
        self._left = {
            state: np.array(tensors[after])
            for state, after in self._pairs.items()
            if after in tensors
        }

    def forget(self) -> None:
        """Begin anew with the next frame, whichever stream it is of."""
        self._name, self._left = None, {}
