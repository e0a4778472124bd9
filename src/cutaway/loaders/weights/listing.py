"""A network made of nothing but named tensors: one node a module, no edges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cutaway.errors import UnknownKey, UnsupportedModel
from cutaway.graph import Graph, Node, Read, Value, costs
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.grouping import Grouping
from cutaway.loaders.scopes import UniqueNames
from cutaway.loaders.weights.modules import Kernels, Told, in_role_order, told
from cutaway.loaders.weights.names import Path, divided, in_order
from cutaway.trace import Array, Runner

__all__ = ["Stored", "weights_model"]

NOTHING_TO_RUN: Final = (
    "{name} holds weights without a network: they can be looked at, not run; open the whole "
    "model, or (for PyTorch checkpoints) say what builds it with --model module:Class"
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A tensor that a file holds."""

    name: str
    """As the file has it, such as ``layer1.0.conv1.weight``."""
    shape: tuple[int, ...]
    dtype: str
    """NumPy's or ml_dtypes' name of the elements that reading it gives."""
    kept: str = ""
    """How the file keeps the elements where that is another way, such as ``Q4_K``."""


@dataclass(slots=True)
class _Module:
    """The tensors whose names differ in their last part only."""

    path: Path
    name: str
    lasts: list[str]
    tensors: list[Stored]


def weights_model(
    name: str,
    facts: Facts,
    tensors: Sequence[Stored],
    read: Callable[[str], Array],
    *,
    kernels: Kernels = "OIHW",
    notes: Iterable[str] = (),
) -> Model:
    """A model that can be looked at and not run: its nodes read weights and write nothing.

    Args:
        name: the file's name.
        facts: what the file says of itself; the parameters are counted here.
        tensors: in the order of the file; those of a module need not be neighbours.
        read: the array of a tensor by its name, asked only when somebody looks at it.
        kernels: how kernels are laid out, ``OIHW`` as in PyTorch or ``HWIO`` as in Keras.
        notes: sentences for the user about what could not be read.
    """
    graph, stored = _described(_modules(tensors), kernels)
    graph = replace(graph, notes=tuple(notes))

    def weight(value: int) -> Array:
        if not 0 <= value < len(stored):
            raise UnknownKey(f"value {value} is no weight of this model")
        array = read(stored[value].name).view()
        array.flags.writeable = False
        return array

    def start() -> Runner:
        raise UnsupportedModel(NOTHING_TO_RUN.format(name=name))

    parameters = sum(cost.parameters for cost in costs(graph))
    return Model(name, replace(facts, parameters=parameters), graph, weight, start)


def _modules(tensors: Iterable[Stored]) -> list[_Module]:
    """The modules in the order in which they are shown."""
    found: dict[Path, _Module] = {}
    for tensor in tensors:
        path, name, last = divided(tensor.name)
        module = found.setdefault(path, _Module(path, name, [], []))
        module.lasts.append(last)
        module.tensors.append(tensor)
    modules = list(found.values())
    return [modules[at] for at in in_order([module.path for module in modules])]


def _kept(module: _Module) -> dict[str, str]:
    """How the file keeps tensors that are not read as they are, by the last part of the name."""
    pairs = zip(module.lasts, module.tensors, strict=True)
    return {f"{last} stored as": tensor.kept for last, tensor in pairs if tensor.kept}


def _described(modules: list[_Module], kernels: Kernels) -> tuple[Graph, list[Stored]]:
    """The graph, and the tensors by value id."""
    # What stands behind a semicolon, and dots, have a meaning for groups that is not meant here.
    paths = ["/".join(module.path).replace(";", ",") for module in modules]
    grouping = Grouping(paths, [""] * len(paths))
    names, value_names = UniqueNames(), UniqueNames()
    nodes: list[Node] = []
    values: list[Value] = []
    stored: list[Stored] = []
    for module, scope in zip(modules, grouping.scopes, strict=True):
        shapes = [tensor.shape for tensor in module.tensors]
        known: Told = told(module.path[-1], module.lasts, shapes, kernels)
        reads: list[Read] = []
        for at in in_role_order(known.roles):
            tensor = module.tensors[at]
            reads.append(Read(len(values), known.roles[at]))
            unique = value_names.take(tensor.name)
            values.append(
                Value(len(values), unique, tensor.shape, tensor.dtype, "weight", known.axes[at])
            )
            stored.append(tensor)
        nodes.append(
            Node(
                len(nodes),
                names.take(module.name),
                known.op,
                tuple(reads),
                (),
                scope=scope,
                group=grouping.group(scope),
                attributes=_kept(module),
                family=known.family,
            )
        )
    groups = grouping.groups(nodes)
    return Graph(tuple(nodes), tuple(values), groups, (), ()), stored
