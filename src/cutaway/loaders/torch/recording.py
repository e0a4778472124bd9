"""The operators that a module calls in one run, where it cannot be exported.

A dispatch mode sees every operator, whoever calls it, and hooks tell which module is at work.
"""
# pyright: standard

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten

from cutaway.loaders.torch.calls import Call, Tensor
from cutaway.loaders.torch.exporting import Example, at_rest
from cutaway.loaders.torch.program import op_name
from cutaway.loaders.torch.structure import Building, Structure
from cutaway.loaders.torch.tensors import dtype_name


@dataclass(frozen=True)
class Recording:
    """One recorded run."""

    structure: Structure
    example: Example
    inputs: tuple[int, ...]
    """Value id of each tensor among the example's leaves."""
    steps: tuple[str, ...]
    """The operators in order, such as ``aten::addmm.default``."""
    nodes: tuple[int | None, ...]
    """The node of each of them; None of one that returns no tensor."""


Seen = Callable[[int, Any, Any, str], None]
"""Told of every operator: its number, the operator, what it returned, and where it ran."""


@dataclass
class Places:
    """Which module is at work."""

    names: Mapping[int, str]
    stack: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    visits: int = 0

    @contextlib.contextmanager
    def watching(self) -> Generator[None]:
        """Hooks for all modules, gone afterwards; the modules themselves are not touched."""
        hooks = torch.nn.modules.module

        def enter(module: torch.nn.Module, _: Any) -> None:
            if id(module) in self.names:
                self.visits += 1
                self.stack.append((self.names[id(module)], str(self.visits)))

        def leave(module: torch.nn.Module, _: Any, __: Any) -> None:
            if id(module) in self.names and self.stack:
                self.stack.pop()

        before = hooks.register_module_forward_pre_hook(enter)
        after = hooks.register_module_forward_hook(leave, always_call=True)
        try:
            yield
        finally:
            before.remove()
            after.remove()

    def now(self) -> tuple[str, str]:
        """Dotted path and visit of the innermost module."""
        return self.stack[-1] if self.stack else ("", "")


SILENT = frozenset({"aten::detach", "aten::alias", "aten::lift_fresh"})
"""Operators that hand a tensor on; PyTorch calls them or not as it keeps its books."""


class Watching(TorchDispatchMode):
    """Sees every operator."""

    def __init__(self, seen: Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]) -> None:
        super().__init__()
        self.seen = seen

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run the operator, and tell of it."""
        del types
        made = func(*args, **(kwargs or {}))
        self.seen(func, args, kwargs or {}, made)
        return made


def places_of(module: torch.nn.Module) -> Places:
    """The dotted path of each part of a module."""
    return Places({id(part): path for path, part in module.named_modules()})


def schema_of(operator: Any) -> Any:
    """The names, types and defaults of an operator's arguments."""
    return operator._schema  # noqa: SLF001 - PyTorch offers no other way to it


def step_of(operator: Any) -> str:
    """The operator with namespace and overload."""
    schema = schema_of(operator)
    return f"{schema.name}.{schema.overload_name or 'default'}"


def record(module: torch.nn.Module, example: Example) -> Recording:
    """The operators that a module calls with an example.

    Raises:
        Exception: whatever the module raises.
    """
    recorder = _Recorder(module, example)
    with at_rest(module), recorder.places.watching(), Watching(recorder.seen):
        answer = module(*example.args, **example.kwargs)
    return recorder.recording(answer)


class _Recorder:
    """One run while it is recorded."""

    def __init__(self, module: torch.nn.Module, example: Example) -> None:
        self.building, self.places, self.example = Building(), places_of(module), example
        self._stored = {
            id(tensor): name
            for held in (module.named_parameters(), module.named_buffers())
            for name, tensor in held
        }
        self._known: dict[int, Tensor] = {}
        self._alive: list[Any] = []  # an id is told apart only as long as its tensor lives
        self._steps: list[str] = []
        self._nodes: list[int | None] = []
        self._last: list[int] = []
        leaves, _ = tree_flatten((example.args, dict(example.kwargs)))
        fed = [leaf for leaf in leaves if isinstance(leaf, torch.Tensor)]
        self._inputs = [
            self._remember(one, self.building.input(name, tuple(one.shape), dtype_name(one.dtype)))
            for one, name in zip(fed, _names(module, example), strict=True)
        ]

    def _remember(self, held: torch.Tensor, made: Tensor) -> Tensor:
        self._alive.append(held)
        self._known[id(held)] = made
        return made

    def _resolved(self, argument: Any) -> Any:
        if isinstance(argument, list | tuple):
            return [self._resolved(one) for one in argument]
        if not isinstance(argument, torch.Tensor):
            return argument
        known = self._known.get(id(argument))
        if known is not None:
            return known
        name = self._stored.get(id(argument))
        made = self.building.weight(name or "constant", argument, trained=name is not None)
        return self._remember(argument, made)

    def seen(self, operator: Any, args: tuple[Any, ...], kwargs: dict[str, Any], made: Any) -> None:
        """One operator that was called."""
        schema = schema_of(operator)
        if schema.name in SILENT and isinstance(made, torch.Tensor):
            self._remember(made, self._resolved(args[0]))
            return
        arguments: dict[str, Any] = {}
        for at, stated in enumerate(schema.arguments):
            if at < len(args):
                arguments[stated.name] = self._resolved(args[at])
            elif stated.name in kwargs:
                arguments[stated.name] = self._resolved(kwargs[stated.name])
            elif stated.default_value is not None:
                arguments[stated.name] = stated.default_value
        writes = [
            self._remember(one, self.building.made(tuple(one.shape), dtype_name(one.dtype)))
            for one in tensors_in(made)
        ]
        self._steps.append(step_of(operator))
        if not writes:
            self._nodes.append(None)
            return
        overload = schema.overload_name or "default"
        call = Call(op_name(schema.name), overload, arguments, tuple(writes), *self.places.now())
        self._nodes.append(self.building.call(call))
        self._last = [one.value for one in writes]

    def recording(self, answer: Any) -> Recording:
        """All of it, when the run is over."""
        outputs = [
            self._known[id(one)].value for one in tensors_in(answer) if id(one) in self._known
        ]
        inputs = tuple(one.value for one in self._inputs)
        structure = self.building.structure(inputs, outputs or self._last)
        return Recording(structure, self.example, inputs, tuple(self._steps), tuple(self._nodes))


def tensors_in(made: Any) -> list[torch.Tensor]:
    """The tensors in what a call returned, in order."""
    leaves, _ = tree_flatten(made)
    return [one for one in leaves if isinstance(one, torch.Tensor)]


def _names(module: torch.nn.Module, example: Example) -> list[str]:
    """A name for each tensor that goes in."""
    parameters = list(inspect.signature(module.forward).parameters)
    found: list[str] = []
    for at, argument in enumerate(example.args):
        name = parameters[at] if at < len(parameters) else f"input_{at}"
        count = len(tensors_in(argument))
        found += [name] if count == 1 else [f"{name}.{one}" for one in range(count)]
    for name, argument in example.kwargs.items():
        count = len(tensors_in(argument))
        found += [name] if count == 1 else [f"{name}.{one}" for one in range(count)]
    return found
