"""Runs a TFLite model in LiteRT and keeps every tensor."""
# pyright: standard

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ai_edge_litert.interpreter import Interpreter, OpResolverType

from cutaway.errors import Cancelled, RunError
from cutaway.loaders.feeding import checked_feeds, described
from cutaway.loaders.tflite.structure import Structure
from cutaway.trace import Array, Capabilities, Capture, Control, Failure

_LONGEST_MESSAGE = 2000
_WHOLE = frozenset({"int8", "uint8", "int16"})


class LiteRtRunner:
    """One interpreter without delegates, so that each operator of the file runs as it stands."""

    capabilities = Capabilities(times=False)

    def __init__(self, path: Path, structure: Structure) -> None:
        """Build the interpreter.

        Raises:
            RunError: LiteRT does not take the file.
        """
        self._graph = structure.graph
        self._tensors = structure.tensors
        self._path = path
        self._plain: Any = None
        try:
            self._interpreter: Any = Interpreter(
                model_path=str(path),
                experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
                experimental_preserve_all_tensors=True,
                num_threads=2,
            )
        except (ValueError, RuntimeError) as problem:
            raise RunError(f"LiteRT does not take {path.name}: {_said(problem)}") from problem

    def run(
        self,
        inputs: Mapping[int, Array],
        control: Control,
        keep: Collection[int] | None = None,
    ) -> Capture:
        """The tensors of one run, inputs included; see ``Runner.run``."""
        self._check_open()
        feeds = checked_feeds(self._graph, inputs)
        given = {value: array for value, array in feeds.items() if keep is None or value in keep}
        if control.cancelled:
            raise Cancelled("the run was stopped")
        started = time.perf_counter()
        failure = self._invoked(feeds)
        seconds = time.perf_counter() - started
        if control.cancelled:
            raise Cancelled("the run was stopped")
        reached = len(self._graph.nodes) if failure is None else (failure.node or 0)
        capture = Capture(dict(given), seconds, {}, failure)
        for node in self._graph.nodes[:reached]:
            for value in node.writes:
                if keep is None or value in keep:
                    self._take(value, capture)
        control.progress(reached, len(self._graph.nodes))
        return capture

    def _invoked(self, feeds: Mapping[int, Array]) -> Failure | None:
        try:
            self._invoke(self._interpreter, feeds)
        except (ValueError, RuntimeError) as problem:
            return self._failure(problem)
        return None

    def _invoke(self, interpreter: Any, feeds: Mapping[int, Array]) -> None:
        """One run of an interpreter, its variables as the file has them."""
        for value, array in feeds.items():
            interpreter.resize_tensor_input(self._tensors[value], list(array.shape))
        interpreter.allocate_tensors()
        interpreter.reset_all_variables()
        for value, array in feeds.items():
            interpreter.set_tensor(self._tensors[value], array)
        interpreter.invoke()

    def _take(self, value: int, capture: Capture) -> None:
        try:
            array: Array = self._interpreter.get_tensor(self._tensors[value])
        except ValueError as problem:
            capture.left_out[value] = f"LiteRT does not give it: {_said(problem)}"
            return
        array.flags.writeable = False
        capture.tensors[value] = array

    def _failure(self, problem: Exception) -> Failure:
        """Which operator ended the run, from LiteRT's own words."""
        said = _said(problem)
        found = re.search(r"Node number (\d+)", said)
        node = int(found[1]) if found else None
        if node is None or node >= len(self._graph.nodes):
            return Failure(None, said)
        values = [self._graph.values[read.value] for read in self._graph.nodes[node].reads]
        return Failure(node, said, tuple(f"{v.name} {described(v.shape, v.dtype)}" for v in values))

    def predict(self, inputs: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """The graph's outputs by value id; see ``Predictor.predict``.

        XNNPACK helps where the network is of floats: with whole numbers it rounds otherwise, and
        another class may win.
        """
        self._check_open()
        feeds = checked_feeds(self._graph, inputs)
        if control.cancelled:
            raise Cancelled("the run was stopped")
        try:
            if self._plain is None:
                whole = any(value.dtype in _WHOLE for value in self._graph.values)
                resolver = (
                    OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
                    if whole
                    else OpResolverType.AUTO
                )
                self._plain = Interpreter(
                    model_path=str(self._path),
                    experimental_op_resolver_type=resolver,
                    num_threads=2,
                )
            self._invoke(self._plain, feeds)
        except (ValueError, RuntimeError) as problem:
            raise RunError(f"LiteRT ended the run: {_said(problem)}") from problem
        return {v: self._plain.get_tensor(self._tensors[v]) for v in self._graph.outputs}

    def times(self, inputs: Mapping[int, Array], control: Control) -> dict[int, float]:
        """Nothing: LiteRT's profiler is not within Python's reach."""
        self._check_open()
        checked_feeds(self._graph, inputs)
        if control.cancelled:
            raise Cancelled("the run was stopped")
        return {}

    def _check_open(self) -> None:
        if self._interpreter is None:
            raise RunError("the model was closed; open it again")

    def close(self) -> None:
        """Give the interpreter's memory back; captured arrays stay valid."""
        self._interpreter = None
        self._plain = None


def _said(problem: Exception) -> str:
    """LiteRT's own words, which it says again for every tensor that is wrong."""
    sentences = re.split(r"(?<=\.)(?=[A-Za-z])", str(problem).strip())
    return " ".join(dict.fromkeys(sentences))[:_LONGEST_MESSAGE]
