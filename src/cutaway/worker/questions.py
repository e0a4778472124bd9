"""What can be asked of a run from Python beside its tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import index as whole
from typing import TYPE_CHECKING, Any

from cutaway.errors import InputError, UnknownKey

if TYPE_CHECKING:
    from cutaway.pictures import Array
    from cutaway.session import Answer
    from cutaway.worker.face import Model, Trace


class Explanation(Mapping[str, Any]):
    """The SumDoc of ARCHITECTURE.md; as text, the arithmetic for people."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def __getitem__(self, name: str) -> Any:
        return self._document[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._document)

    def __len__(self) -> int:
        return len(self._document)

    def __repr__(self) -> str:
        return f"<cutaway.Explanation of {self._where()}: {self['form']}>"

    def __str__(self) -> str:
        op = f", by {self['op']}" if self["op"] else ""
        lines = [f"{self._where()} = {self['captured_text']}  ({self['dtype']}{op})"]
        if self["expression"]:
            lines += [self["expression"], self._compared()]
        if self["note"]:
            lines.append(self["note"])
        return "\n".join(lines)

    def _where(self) -> str:
        return f"{self['name']}[{', '.join(map(str, self['index']))}]"

    def _compared(self) -> str:
        said = f"captured {self['captured_text']}, computed {self['computed_text']}"
        if self["difference"]:
            said += f", apart {self['difference']:.3g}"
        if self["verdict"] == "rounding":
            return f"{said}: within what rounding explains ({self['bound']:.3g})"
        return f"{said}: {self['verdict']}"


def explain(trace: Trace, name: str, index: Sequence[int]) -> Explanation:
    """The whole arithmetic that made one number of a run.

    Args:
        trace: the run.
        name: of a tensor, or of the node whose first output it is.
        index: of the number; from the end where negative.

    Raises:
        KeyError: the model has no such tensor, or the run did not keep it.
        InputError: the tensor has no such element.
    """
    return Explanation(_of_element(trace, name, index, "sum"))


def statistics(trace: Trace, name: str) -> Mapping[str, Any]:
    """The StatsDoc of ARCHITECTURE.md of one tensor of a run: what it holds, in numbers.

    Args:
        trace: the run.
        name: of a tensor, or of the node whose first output it is; or of a weight.

    Raises:
        KeyError: the model has no such tensor, or the run did not keep it.
    """
    return _asked(trace, name, "stats").json()


def channels(trace: Trace, name: str) -> Mapping[str, Array]:
    """What each map of a tensor holds, one row a map.

    ``min``, ``max``, ``mean``, ``std`` (maps,) float64 over finite values, NaN where there are
    none; ``zeros``, ``nan``, ``inf``, ``size`` (maps,) int64; ``flags`` (maps,) uint8, bits of
    ``cutaway.pictures.Flag``; ``counts`` (maps, 24) int32, a histogram over the tensor's range.

    Args:
        trace: the run.
        name: of a tensor, or of the node whose first output it is; or of a weight.

    Raises:
        KeyError: the model has no such tensor, or the run did not keep it.
    """
    from safetensors.numpy import load

    return load(bytes(_asked(trace, name, "channels").body))


def of_weight(model: Model, name: str) -> tuple[Mapping[str, Any], Mapping[str, Array]] | None:
    """What ``statistics`` and ``channels`` tell of a weight, for which nothing needs to be run.

    Args:
        model: the model.
        name: of a weight or constant.

    Returns:
        None where the model has no such weight.
    """
    from safetensors.numpy import load

    held, maps = (_asked_of_weight(model, name, tail) for tail in ("stats", "channels"))
    return None if held is None or maps is None else (held.json(), load(bytes(maps.body)))


def _asked_of_weight(model: Model, name: str, tail: str) -> Answer | None:
    session = model.session
    for value in model.graph["values"]:
        if value["name"] == name and value["what"] in ("weight", "constant"):
            return session.get(f"/m/{session.id}/v/{value['id']}/{tail}").result()
    return None


def _asked(trace: Trace, name: str, tail: str) -> Answer:
    """The answer to a tail of a tensor's or a weight's key; raises KeyError."""
    session = trace.model.session
    if (answer := _asked_of_weight(trace.model, name, tail)) is not None:
        return answer
    value = trace.value(name)
    if value["id"] not in trace.info["kept"]:
        raise KeyError(f"'{name}' was not kept by this run")
    return session.get(f"/t/{trace.id}/{value['id']}/{tail}").result()


def field(trace: Trace, name: str, index: Sequence[int]) -> Mapping[str, tuple[slice, ...]]:
    """The theoretical receptive field of one number: for every earlier tensor, by name, its part.

    ``trace[other][field[other]]`` is that part: outside of it nothing changes the number. Tensors
    that it does not depend on are left out, and so are weights.

    Args:
        trace: the run.
        name: of a tensor, or of the node whose first output it is.
        index: of the number; from the end where negative.

    Raises:
        KeyError: the model has no such tensor, or the run did not keep it.
        InputError: the tensor has no such element.
    """
    document = _of_element(trace, name, index, "field")
    values = trace.model.graph["values"]
    return {
        values[box["value"]]["name"]: tuple(map(slice, box["low"], box["high"]))
        for box in document["fields"]
    }


def _of_element(trace: Trace, name: str, index: Sequence[int], what: str) -> Mapping[str, Any]:
    """What is told of one number; raises KeyError and InputError."""
    value = trace.value(name)
    if value["id"] not in trace.info["kept"]:
        raise KeyError(f"'{name}' was not kept by this run")
    flat = _flat(name, index, shape(trace, value["id"]))
    try:
        return trace.model.session.get(f"/t/{trace.id}/{value['id']}/{what}/{flat}").result().json()
    except UnknownKey as problem:
        raise KeyError(str(problem)) from None


def shape(trace: Trace, value: int) -> tuple[int, ...]:
    """The shape of a tensor that a run kept, by value id."""
    from safetensors.numpy import load

    held = load(bytes(trace.model.session.get(f"/t/{trace.id}/shapes").result().body))
    at = held["values"].tolist().index(value)
    first, last = held["lengths_at"][at : at + 2]
    return tuple(held["lengths"][first:last].tolist())


def _flat(name: str, index: Sequence[int], lengths: tuple[int, ...]) -> int:
    """The place in row-major order; raises InputError."""
    wanted = f"an index within '{name}' of shape {lengths} was wanted"
    try:
        asked = [whole(at) for at in index]
    except TypeError:
        raise InputError(f"{wanted}; got {index!r}: give one whole number an axis") from None
    if len(asked) != len(lengths):
        raise InputError(f"{wanted}; got {tuple(asked)}: give one number for each axis")
    flat = 0
    for at, length in zip(asked, lengths, strict=True):
        if not -length <= at < length:
            raise InputError(f"{wanted}; got {tuple(asked)}: {at} is outside 0 to {length - 1}")
        flat = flat * length + at % length
    return flat
