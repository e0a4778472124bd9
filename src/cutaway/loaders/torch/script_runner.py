"""Runs TorchScript node by node and keeps every tensor; the module itself stays as it is."""
# pyright: standard

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import torch

from cutaway.errors import Cancelled
from cutaway.loaders.feeding import described
from cutaway.loaders.torch.script import Script
from cutaway.loaders.torch.tensors import as_tensor
from cutaway.loaders.torch.walking import Take, Walk, WalkingRunner, words
from cutaway.trace import Array, Control, Failure


class ScriptRunner(WalkingRunner):
    """One scripted module."""

    missed = "the run took another branch"

    def __init__(self, script: Script) -> None:
        # Scripts write in place as they like.
        super().__init__(script.structure, copy=True)
        self._script = script

    def _walk(self, control: Control, take: Take | None) -> Walk:
        return _Walk(self._script, control, take)


class _Walk:
    """One walk through a script: what it sets in a module is kept beside it."""

    def __init__(self, script: Script, control: Control, take: Take | None) -> None:
        self.script = script
        self.control = control
        self.take = take
        self.seconds: dict[int, float] = {}
        self.values: dict[str, Any] = {}
        self.set: dict[tuple[int, str], Any] = {}
        self.failed: int | None = None

    def attempt(self, feeds: Mapping[int, Array]) -> Failure | None:
        """Walk; where and why it ended early, if it did."""
        graph = self.script.graph
        self.values[next(graph.inputs()).debugName()] = self.script.module
        for name, value, kind in self.script.feeds:
            array = feeds[value]
            self.values[name] = as_tensor(array) if kind == "TensorType" else array.item()
        try:
            with torch.no_grad():
                self._block(graph)
        except Cancelled:
            raise
        except Exception as problem:  # noqa: BLE001 - whatever an operator raises ends the run
            return self._failure(problem)
        total = len(self.script.nodes)
        self.control.progress(total, total)
        return None

    def _block(self, block: Any) -> list[Any]:
        for node in block.nodes():
            if self.control.cancelled:
                raise Cancelled("the run was stopped")
            self._node(node)
        return [self.values[one.debugName()] for one in block.outputs()]

    def _node(self, node: Any) -> None:
        outputs = [one.debugName() for one in node.outputs()]
        number = next((n for one in outputs if (n := self.script.nodes.get(one)) is not None), None)
        if number is not None:
            self.failed = number
        started = time.perf_counter()
        made = self._made(node)
        if number is not None:
            self.seconds[number] = self.seconds.get(number, 0.0) + time.perf_counter() - started
            self.control.progress(len(self.seconds), len(self.script.nodes))
        parts = [made] if len(outputs) == 1 else list(made) if outputs else []
        for name, part in zip(outputs, parts, strict=False):
            self.values[name] = part
            held = part if isinstance(part, list | tuple) else [part]
            for value, tensor in zip(self.script.slots.get(name, ()), held, strict=False):
                if self.take is not None and isinstance(tensor, torch.Tensor):
                    self.take(value, tensor)

    def _made(self, node: Any) -> Any:
        kind = node.kind()
        if kind == "prim::If":
            return self._if(node)
        if kind == "prim::Loop":
            return self._loop(node)
        given = [self.values[one.debugName()] for one in node.inputs()]
        if kind in _BUILT:
            return _BUILT[kind](node, given)
        if kind == "prim::GetAttr":
            name = node.s("name")
            known = self.set.get((id(given[0]), name), _NOTHING)
            return getattr(given[0], name) if known is _NOTHING else known
        if kind == "prim::SetAttr":
            self.set[id(given[0]), node.s("name")] = given[1]
            return None
        if kind == "prim::RaiseException":
            raise RuntimeError(str(given[0]))
        operation, names = _operation(kind, node.schema())
        pairs = list(zip(names, given, strict=False))
        named = {name: one for name, one in pairs if name}
        return operation(*(one for name, one in pairs if not name), **named)

    def _if(self, node: Any) -> Any:
        first, second = node.blocks()
        made = self._block(first if self.values[next(node.inputs()).debugName()] else second)
        return made[0] if len(made) == 1 else made

    def _loop(self, node: Any) -> Any:
        (body,) = node.blocks()
        most, going, *carried = (self.values[one.debugName()] for one in node.inputs())
        names = [one.debugName() for one in body.inputs()]
        at = 0
        while going and at < most:
            self.values.update(zip(names, [at, *carried], strict=True))
            going, *carried = self._block(body)
            at += 1
        return carried[0] if len(carried) == 1 else carried

    def _failure(self, problem: Exception) -> Failure:
        said = words(problem)
        if self.failed is None:
            return Failure(None, said)
        graph = self.script.structure.graph
        shapes = (graph.values[read.value] for read in graph.nodes[self.failed].reads)
        return Failure(
            self.failed, said, tuple(f"{v.name} {described(v.shape, v.dtype)}" for v in shapes)
        )


@lru_cache(maxsize=4096)
def _operation(kind: str, stated: str) -> tuple[Callable[..., Any], tuple[str, ...]]:
    """The very overload that a node states, and which of its arguments go by name.

    By the arguments alone PyTorch takes other overloads.
    """
    try:
        schema = torch._C.parse_schema(stated)  # noqa: SLF001 - JIT's own parser
        found = torch._C._get_operation_overload(  # noqa: SLF001 - JIT's own table
            kind, schema.overload_name
        )
    except RuntimeError:
        found, schema = None, None
    if schema is None or found is None:
        raise RuntimeError(f"the operator {kind} is not known to PyTorch {torch.__version__}")
    by_name = tuple(one.name if one.kwarg_only else "" for one in schema.arguments)
    return found[0], by_name


_NOTHING: Final = object()


def _first(_: Any, given: Sequence[Any]) -> Any:
    return given[0]


_BUILT: Final[dict[str, Callable[[Any, Sequence[Any]], Any]]] = {
    "prim::Constant": lambda node, _: node.output().toIValue() if node.outputsSize() else None,
    "prim::ListConstruct": lambda _, given: list(given),
    "prim::TupleConstruct": lambda _, given: tuple(given),
    "prim::DictConstruct": lambda _, given: dict(zip(given[::2], given[1::2], strict=True)),
    "prim::ListUnpack": lambda _, given: _one_or_all(given[0]),
    "prim::TupleUnpack": lambda _, given: _one_or_all(given[0]),
    "prim::TupleIndex": lambda _, given: given[0][given[1]],
    "prim::Uninitialized": lambda _, __: None,
    "prim::data": lambda _, given: given[0].data,
    "prim::dtype": lambda _, given: given[0].dtype,
    "prim::device": lambda _, given: given[0].device,
    "prim::unchecked_cast": _first,
    "prim::unchecked_unwrap_optional": _first,
    "prim::NumToTensor": lambda _, given: torch.tensor(given[0]),
    "prim::requires_grad": lambda _, __: False,
    "prim::is_cuda": lambda _, __: False,
    "prim::Print": lambda _, __: None,
    "prim::min": lambda _, given: min(given[0] if len(given) == 1 else given),
    "prim::max": lambda _, given: max(given[0] if len(given) == 1 else given),
    "aten::Int": lambda _, given: int(given[0]),
    "aten::Float": lambda _, given: float(given[0]),
    "aten::Bool": lambda _, given: bool(given[0]),
    "aten::ScalarImplicit": lambda _, given: given[0].item(),
    "aten::IntImplicit": lambda _, given: int(given[0]),
    "aten::FloatImplicit": lambda _, given: float(given[0]),
    "aten::__not__": lambda _, given: not given[0],
    "aten::__is__": lambda _, given: given[0] is given[1],
    "aten::__isnot__": lambda _, given: given[0] is not given[1],
    "aten::__contains__": lambda _, given: given[1] in given[0],
    "aten::__getitem__": lambda _, given: given[0][given[1]],
    "aten::len": lambda _, given: len(given[0]),
    "aten::format": lambda _, given: str(given[0]).format(*given[1:]),
    "aten::append": lambda _, given: given[0].append(given[1]) or given[0],
    "aten::list": lambda _, given: list(given[0]),
}
"""What is no operator of tensors, and what JIT's table gives no way to call."""


def _one_or_all(held: Any) -> Any:
    parts = list(held)
    return parts[0] if len(parts) == 1 else parts
