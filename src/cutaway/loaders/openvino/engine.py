"""A model compiled so that every operation hands out what it computes."""
# pyright: standard

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import openvino as ov

from cutaway.errors import RunError
from cutaway.loaders.openvino.constants import Port
from cutaway.loaders.openvino.framework import said

SIGN: Final = "cutaway#"
"""What the engine knows a node as, before its id: so its times and errors name it."""

_SETTINGS: Final = {
    # All else computes in bfloat16 where the processor has it.
    "INFERENCE_PRECISION_HINT": "f32",
    "PERFORMANCE_HINT": "LATENCY",
    "NUM_STREAMS": 1,
    "INFERENCE_NUM_THREADS": 2,
}
_NO_INTEGERS: Final = {
    "DYNAMIC_QUANTIZATION_GROUP_SIZE": 0,
    "KV_CACHE_PRECISION": "f32",
    "LP_TRANSFORMS_MODE": False,
}
"""Against integer arithmetic behind the operators' backs; not every version knows all of these."""
_MOST_TRIES: Final = 40
"""Compilations in search of what cannot be handed out."""


@dataclass(frozen=True)
class Compiled:
    """An engine, and where its outputs are."""

    model: Any
    """OpenVINO's CompiledModel."""
    places: Mapping[int, int]
    """Number of the engine's output by value id."""
    left_out: Mapping[int, str]
    """Value id to the reason why the engine does not hand it out."""


class Engine:
    """Compiles copies of a model; the model itself stays as it was read."""

    def __init__(self, model: Any, ports: Mapping[int, Port], nodes: Mapping[int, int]) -> None:
        """Prepare.

        Args:
            model: OpenVINO's Model.
            ports: instance id of the operation and number of the output, by value id.
            nodes: id of the node by the instance id of its operation.
        """
        self._model = model
        self._core = ov.Core()
        for name, setting in _NO_INTEGERS.items():
            with contextlib.suppress(RuntimeError):
                self._core.set_property("CPU", {name: setting})
        self._order = [one.get_instance_id() for one in model.get_ordered_ops()]
        self._ports = ports
        self._nodes = nodes

    def compiled(
        self, values: Sequence[int], *, results: bool = True, timed: bool = False
    ) -> Compiled:
        """An engine that hands out values; what it cannot is left out with the reason.

        Args:
            values: ids, in the order of the nodes that compute them.
            results: whether the model's own results are computed too.
            timed: whether it counts how long each node takes.

        Raises:
            RunError: the engine does not take the model even as it is.
        """
        found = self._attempt(values, results=results, timed=timed)
        if isinstance(found, Compiled):
            return found
        plain = self._attempt([], results=True)
        if isinstance(plain, str):
            raise RunError(f"OpenVINO does not take this model: {plain}; convert it to ONNX")
        return self._without_culprits(values, found)

    def _without_culprits(self, values: Sequence[int], why: str) -> Compiled:
        """Halve what is asked for until it compiles, and join the halves that do."""
        good: list[int] = []
        left_out: dict[int, str] = {}
        waiting: list[tuple[list[int], str]] = [(list(values), why)]
        tries = 0
        best = None
        while waiting:
            asked, reason = waiting.pop()
            if not asked:
                continue
            if len(asked) == 1 or tries >= _MOST_TRIES:
                left_out |= dict.fromkeys(asked, f"OpenVINO cannot hand it out: {reason}")
                continue
            middle = len(asked) // 2
            for half in (asked[middle:], asked[:middle]):
                tries += 1
                made = self._attempt([*good, *half], results=True)
                if isinstance(made, str):
                    waiting.append((half, made))
                else:
                    good += half
                    best = made
        if best is None:
            made = self._attempt([], results=True)
            if isinstance(made, str):
                raise RunError(f"OpenVINO does not take this model: {made}; convert it to ONNX")
            best = made
        return Compiled(best.model, best.places, left_out)

    def _attempt(
        self, values: Iterable[int], *, results: bool, timed: bool = False
    ) -> Compiled | str:
        """An engine, or what OpenVINO says against it."""
        wanted = list(values)
        try:
            copy, operations = self._copy()
            own = list(copy.get_results())
            outputs = [operations[self._ports[value][0]].output(self._ports[value][1])
                       for value in wanted]  # fmt: skip
            added = [ov.opset1.result(output) for output in outputs]
            if results:
                copy.add_results(added)
            else:
                parameters: Any = copy.get_parameters()
                build: Any = ov.Model
                copy = build(added, parameters, "part")
            first = len(own) if results else 0
            made = self._core.compile_model(copy, "CPU", {**_SETTINGS, "PERF_COUNT": timed})
        except RuntimeError as problem:
            return said(problem)
        return Compiled(made, {value: first + at for at, value in enumerate(wanted)}, {})

    def _copy(self) -> tuple[Any, dict[int, Any]]:
        """A copy whose nodes are named by their ids; its operations by those of the model."""
        copy = self._model.clone()
        found = dict(zip(self._order, copy.get_ordered_ops(), strict=True))
        for original, operation in found.items():
            node = self._nodes.get(original)
            if node is not None:
                operation.set_friendly_name(f"{SIGN}{node}")
        return copy, found
