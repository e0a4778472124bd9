"""TorchScript: the operators of its intermediate representation, read without running it."""
# pyright: standard

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import torch

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.archives import DAMAGED
from cutaway.loaders.base import Model, Options, Report
from cutaway.loaders.swelling import check_archive
from cutaway.loaders.torch.calls import Call, Tensor
from cutaway.loaders.torch.live import as_model, broken
from cutaway.loaders.torch.program import op_name
from cutaway.loaders.torch.structure import Building, Structure

_REACHING_OUT: Final = re.compile(r"\b(from_file|save|load\w*)\(|def __setstate__|\bpy_eval\b")
"""What reads or writes files, and what is run as soon as the file is loaded."""


@dataclass(frozen=True)
class Script:
    """A scripted module, read."""

    module: torch.jit.ScriptModule
    graph: Any
    """PyTorch's, every method inlined."""
    structure: Structure
    slots: Mapping[str, tuple[int, ...]]
    """Value ids by the name of the representation's value: of each tensor that it holds."""
    nodes: Mapping[str, int]
    """Node id by the name of what it returns first."""
    feeds: tuple[tuple[str, int, str], ...]
    """Name in the representation, value id, and type of each input."""


def open_script(path: Path, report: Report, options: Options) -> Model:
    """The module in a file that ``torch.jit.save`` wrote.

    Raises:
        RefusedFile: it reads or writes files, or would run as soon as it is loaded.
        BrokenFile: it is damaged.
    """
    from cutaway.loaders.torch.script_runner import ScriptRunner

    if not options.trust:
        _check(path)
    report("reading the script")
    try:
        module = torch.jit.load(str(path), map_location="cpu").eval()
        script = read_script(module)
    except Exception as problem:
        raise broken(path.name, problem) from problem
    size = path.stat().st_size
    return as_model(path.name, script.structure, lambda: ScriptRunner(script), "", size)


def _check(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            for member in archive.infolist():
                if not member.filename.endswith(".py"):
                    continue
                found = _REACHING_OUT.search(archive.read(member).decode("utf-8", "replace"))
                if found:
                    raise RefusedFile(
                        f"{path.name} holds a script that Cutaway does not run "
                        f"({found[0].strip('(')} in {member.filename}); save the model's "
                        "state_dict, or, where you trust its author, open it with --trust "
                        "(trust=True in Python)"
                    )
    except DAMAGED as problem:
        raise BrokenFile(f"{path.name} is damaged: {problem}; fetch or save it again") from problem


def read_script(module: torch.jit.ScriptModule) -> Script:
    """The structure of a scripted module."""
    return _Reading(module).script()


@dataclass
class _Reading:
    module: torch.jit.ScriptModule
    building: Building = field(default_factory=Building)
    held: dict[str, Any] = field(default_factory=dict[str, Any])
    """By name: a Tensor, a list of what is held, a module's path, or a plain value."""
    nodes: dict[str, int] = field(default_factory=dict[str, int])
    slots: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    weights: dict[str, Tensor] = field(default_factory=dict[str, Tensor])
    paths: dict[str, str] = field(default_factory=dict[str, str])
    """Of modules, by the name of the value."""

    def script(self) -> Script:
        graph = self.module.inlined_graph
        inputs = list(graph.inputs())
        self.paths[inputs[0].debugName()] = ""
        feeds = [self._input(one) for one in inputs[1:]]
        self._block(graph.block() if hasattr(graph, "block") else graph, "")
        outputs = [one.value for made in graph.outputs() for one in self._tensors(made)]
        self.building.narrow()
        structure = self.building.structure([feed[1] for feed in feeds], outputs)
        return Script(self.module, graph, structure, self.slots, self.nodes, tuple(feeds))

    def _input(self, value: Any) -> tuple[str, int, str]:
        kind = value.type().kind()
        name = re.sub(r"\.\d+$", "", value.debugName())
        if kind == "TensorType":
            made = self.building.input(name, _shape(value.type()), "float32")
        else:
            dtype = {"IntType": "int64", "BoolType": "bool"}.get(kind, "float32")
            made = self.building.input(name, (), dtype)
        self.held[value.debugName()] = made
        return value.debugName(), made.value, kind

    def _block(self, block: Any, scope: str) -> None:
        for node in block.nodes():
            self._node(node, scope)

    def _node(self, node: Any, scope: str) -> None:
        kind = node.kind()
        if kind == "prim::GetAttr":
            self._attribute(node)
        elif kind in ("prim::If", "prim::Loop"):
            self._branches(node, scope)
        elif kind in ("prim::ListConstruct", "prim::TupleConstruct"):
            self.held[_out(node)] = [self.held.get(one.debugName()) for one in node.inputs()]
        elif kind in ("prim::ListUnpack", "prim::TupleUnpack"):
            source = self.held.get(_in(node))
            for at, one in enumerate(node.outputs()):
                known = isinstance(source, list) and at < len(source)
                self.held[one.debugName()] = (
                    source[at] if isinstance(source, list) and known else None
                )
        elif kind == "prim::Constant":
            made = node.output().toIValue()
            if isinstance(made, torch.Tensor):
                made = self.building.weight("constant", made, trained=False)
            self.held[_out(node)] = made
        elif kind in _SAME:
            self.held[_out(node)] = self.held.get(_in(node))
        elif kind.startswith("aten::"):
            self._call(node, scope)

    def _attribute(self, node: Any) -> None:
        """A part of a module: another module, or a weight by its dotted name."""
        outer = self.paths.get(_in(node))
        if outer is None:
            return
        name = f"{outer}.{node.s('name')}".strip(".")
        if node.output().type().kind() == "TensorType":
            if name not in self.weights:
                held = _attribute_of(self.module, name)
                if not isinstance(held, torch.Tensor):
                    return
                self.weights[name] = self.building.weight(name, held)
            self.held[_out(node)] = self.weights[name]
            return
        self.paths[_out(node)] = name
        held = _attribute_of(self.module, name)
        if isinstance(held, bool | int | float | str | list | tuple):
            self.held[_out(node)] = held

    def _branches(self, node: Any, scope: str) -> None:
        """The bodies in groups of their own; what they give is what the node returns."""
        word = "if" if node.kind() == "prim::If" else "loop"
        arms: list[list[Any]] = []
        for at, block in enumerate(node.blocks()):
            given = list(node.inputs())[2:] if word == "loop" else []
            for inner, outer in zip(list(block.inputs())[1:], given, strict=False):
                self.held[inner.debugName()] = self.held.get(outer.debugName())
            part = f"{word}.{('then', 'else')[at]}" if word == "if" else word
            self._block(block, f"{scope}.{part}".strip("."))
            returned = list(block.outputs())
            arms.append(returned[1:] if word == "loop" else returned)
        for at, made in enumerate(node.outputs()):
            given = [one for arm in arms for one in self._tensors(arm[at])]
            if not given or made.type().kind() != "TensorType":
                self.held[made.debugName()] = given[0] if given else None
                continue
            self._keep(node, word, "", {"tensors": given}, [made], scope)

    def _call(self, node: Any, scope: str) -> None:
        made = [one for one in node.outputs() if one.type().kind() == "TensorType"]
        if not made:
            several = self._unpacked(node)
            if several:
                self._several(node, several, scope)
            return
        arguments = self._arguments(node)
        self._keep(node, op_name(node.kind()), "", arguments, made, scope)

    def _arguments(self, node: Any) -> dict[str, Any]:
        given = [self.held.get(one.debugName()) for one in node.inputs()]
        try:
            schema = torch._C.parse_schema(node.schema())  # noqa: SLF001 - JIT's own parser
            names = [argument.name for argument in schema.arguments]
        except RuntimeError:
            names = []
        names += [f"input_{at}" for at in range(len(names), len(given))]
        return dict(zip(names, given, strict=False))

    def _keep(
        self, node: Any, op: str, overload: str, arguments: dict[str, Any], made: list[Any],
        scope: str,
    ) -> None:  # fmt: skip
        module = self._module(node, arguments, scope)
        writes = [self.building.made(_shape(one.type()), None) for one in made]
        for one, written in zip(made, writes, strict=True):
            self.held[one.debugName()] = written
            self.slots[one.debugName()] = (written.value,)
        self.nodes[made[0].debugName()] = self.building.call(
            Call(op, overload, arguments, tuple(writes), module)
        )

    def _several(self, node: Any, count: int, scope: str) -> None:
        """An operator that returns a list of tensors whose number is known from its reader."""
        arguments = self._arguments(node)
        writes = [self.building.made(None, None) for _ in range(count)]
        self.held[_out(node)] = list(writes)
        self.slots[_out(node)] = tuple(one.value for one in writes)
        module = self._module(node, arguments, scope)
        self.nodes[_out(node)] = self.building.call(
            Call(op_name(node.kind()), "", arguments, tuple(writes), module)
        )

    def _unpacked(self, node: Any) -> int:
        outputs = list(node.outputs())
        if len(outputs) != 1 or str(outputs[0].type()) != "Tensor[]":
            return 0
        uses = [use.user for use in outputs[0].uses() if use.user.kind() == "prim::ListUnpack"]
        return len(list(uses[0].outputs())) if uses else 0

    def _module(self, node: Any, arguments: Mapping[str, Any], scope: str) -> str:
        """Where a node belongs: by its weight, else as the tracer noted, within its branch."""
        known = {made.value: name for name, made in self.weights.items()}
        for argument in arguments.values():
            if isinstance(argument, Tensor) and argument.value in known:
                return f"{scope}.{known[argument.value].rpartition('.')[0]}".strip(".")
        traced = node.scopeName().rpartition("/")[2].removeprefix("__module.")
        return f"{scope}.{traced}".strip(".") if "::" not in traced else scope

    def _tensors(self, value: Any) -> list[Tensor]:
        found = self.held.get(value.debugName())
        parts = found if isinstance(found, list) else [found]
        return [one for one in parts if isinstance(one, Tensor)]


_SAME: Final = {"prim::unchecked_cast", "prim::unchecked_unwrap_optional", "prim::data"}


def _shape(kind: Any) -> tuple[int | None, ...] | None:
    """The shape that a type states; a script states none."""
    sizes = kind.sizes() if kind.kind() == "TensorType" else None
    return None if sizes is None else tuple(sizes)


def _attribute_of(module: Any, name: str) -> Any:
    held = module
    for part in name.split("."):
        held = getattr(held, part, None)
    return held


def _out(node: Any) -> str:
    return node.output().debugName()


def _in(node: Any) -> str:
    return next(node.inputs()).debugName()
