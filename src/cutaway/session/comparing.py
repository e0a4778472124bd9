"""A run held against tensors from elsewhere: a PyTorch run against its export, say."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cutaway import pictures
from cutaway.errors import InputError
from cutaway.graph import Graph, Value
from cutaway.pictures import Tolerance, has_numbers
from cutaway.session.documents import ComparedDoc, CompareDoc, ToleranceDoc
from cutaway.trace import Array

_KINDS = "biufcSUV"
"""Kinds of NumPy's dtypes that are read; objects would have to be unpickled."""
_WIDEST = 1 << 12
"""Bytes of one element at most, a word's: the size of a run bounds the memory of a reference."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A reference, laid against a run."""

    document: CompareDoc
    references: Mapping[int, Array]
    """What each value was compared with, in the value's own shape, by value id."""


def compare(
    number: int,
    graph: Graph,
    tensors: Mapping[int, Array],
    path: Path,
    args: Mapping[str, Any],
) -> Comparison:
    """The tensors of a file beside those of a run.

    Args:
        number: by which the comparison is asked for.
        graph: the network.
        tensors: of the run, by value id.
        path: of an ``.npz`` file, whose names are those of values or nodes, or of an ``.npy`` file.
        args: ``value``, the id that an ``.npy`` is of; ``tolerance`` with ``absolute`` and
            ``relative``, by default that of each dtype.

    Raises:
        InputError: the file cannot be read, or is an ``.npy`` and no value was named.
    """
    stated = args.get("tolerance")
    allowed = None if stated is None else Tolerance(*_pair(stated))
    matched, unmatched = _matched(graph, tensors, path, args.get("value"))
    rows: list[ComparedDoc] = []
    references: dict[int, Array] = {}
    for value in _in_order(graph, matched):
        row, reference = _row(graph, value, tensors[value.id], matched[value.id], allowed)
        rows.append(row)
        if reference is not None:
            references[value.id] = reference
    first = next((row.value for row in rows if not row.passes), None)
    told = None if allowed is None else ToleranceDoc(allowed.absolute, allowed.relative)
    return Comparison(CompareDoc(number, rows, unmatched, first, told), references)


def _pair(stated: Mapping[str, Any]) -> tuple[float, float]:
    try:
        pair = float(stated["absolute"]), float(stated["relative"])
    except (KeyError, TypeError, ValueError):
        pair = (-1.0, -1.0)
    if not all(0 <= one < float("inf") for one in pair):
        raise InputError(f"a tolerance is two numbers from 0, absolute and relative; got {stated}")
    return pair


def _in_order(graph: Graph, matched: Mapping[int, object]) -> list[Value]:
    """Values in the order of the flow, inputs first."""
    ids = sorted(matched, key=lambda value: (graph.producer.get(value, -1), value))
    return [graph.values[value] for value in ids]


def _matched(
    graph: Graph, tensors: Mapping[int, Array], path: Path, value: int | None
) -> tuple[dict[int, Array | str], list[str]]:
    """The reference of each value, or a sentence why there is none; names that fit no value."""
    with path.open("rb") as file:
        head = file.read(6)
    if head == b"\x93NUMPY":
        if value is None or value not in tensors:
            raise InputError(
                "an .npy file holds one tensor without a name: drop it on the tensor that it is of"
            )
        return {value: _read_npy(path)}, []
    if not zipfile.is_zipfile(path):
        raise InputError(f"a .npy or .npz file was wanted; {path.name} is neither")
    names = _Names(graph, tensors)
    try:
        with zipfile.ZipFile(path) as archive:
            held = {name.removesuffix(".npy"): name for name in archive.namelist()}
            places = names.of(held)
            found = {at: _member(archive, held[name], tensors[at]) for name, at in places.items()}
    except _BROKEN as problem:
        raise InputError(f"{path.name} cannot be read as an .npz file: {problem}") from None
    unmatched = [name for name in held if name not in places]
    if not found:
        known = ", ".join(sorted(names.exact)[:3])
        raise InputError(
            f"no name in {path.name} is that of a tensor of this run ({known}, ...); got "
            f"{', '.join(unmatched[:3]) or 'none'}"
        )
    return found, unmatched


class _Names:
    """What the values of a run may be called."""

    def __init__(self, graph: Graph, tensors: Mapping[int, Array]) -> None:
        values = {graph.values[value].name: value for value in tensors}
        nodes = {n.name: n.writes[0] for n in graph.nodes if n.writes and n.writes[0] in tensors}
        self.exact = nodes | values
        """A value by its name, or that of the node whose first output it is."""
        bare: dict[str, set[int]] = {}
        for name, value in (*values.items(), *nodes.items()):
            bare.setdefault(_bare(name), set()).add(value)
        # A name that several look like is nobody's.
        self._bare = {name: found.pop() for name, found in bare.items() if len(found) == 1}

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """The value of each name that is known; the same name goes before a look-alike."""
        told = list(names)
        found: dict[str, int] = {}
        taken: set[int] = set()
        for known, key in ((self.exact, str), (self._bare, _bare)):
            for name in told:
                at = known.get(key(name))
                if name not in found and at is not None and at not in taken:
                    found[name] = at
                    taken.add(at)
        return found


def _bare(name: str) -> str:
    """A name without what frameworks put around it: ``/layer1/conv:0`` is ``layer1_conv``."""
    return re.sub(r"\W+", "_", re.sub(r":0$", "", name)).strip("_").lower()


def _read_npy(path: Path) -> Array:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except _BROKEN as problem:
        raise InputError(f"{path.name} cannot be read as an .npy file: {problem}") from None


_BROKEN = Exception
"""Damaged files make NumPy, zipfile, zlib and tokenize raise whatever they have."""


def _member(archive: zipfile.ZipFile, member: str, ours: Array) -> Array | str:
    """One array of an archive; a sentence where it is none that fits. Nothing is unpickled.

    What its header says is looked at before any of it is unpacked, so that a small file cannot
    ask for a large memory.
    """
    try:
        with archive.open(member) as file:
            version = np.lib.format.read_magic(file)
            read = _HEADERS.get(version)
            if read is None:
                return f"version {version} of the .npy format is not known"
            shape, _, dtype = read(file)
        if dtype.hasobject or dtype.kind not in _KINDS:
            return f"elements of type {dtype} are not read"
        if int(np.prod(shape, dtype=object)) != ours.size:
            return f"the reference has shape {_told(shape)}"
        if dtype.itemsize > _WIDEST:
            return f"elements of type {dtype} are not read"
        with archive.open(member) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except _BROKEN as problem:
        return f"the reference cannot be read: {problem}"


_HEADERS: dict[tuple[int, int], Any] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


def _row(
    graph: Graph, value: Value, ours: Array, given: Array | str, allowed: Tolerance | None
) -> tuple[ComparedDoc, Array | None]:
    node = graph.producer.get(value.id)

    def told(reason: str, apart: pictures.Apart | None = None) -> ComparedDoc:
        at = None if apart is None or apart.at is None else apart.at
        return ComparedDoc(
            value=value.id,
            name=value.name,
            node=node,
            max_absolute=None if apart is None else apart.absolute,
            max_relative=None if apart is None else apart.relative,
            at=None if at is None else [int(i) for i in np.unravel_index(at, ours.shape)],
            passes=apart is not None and apart.passes,
            reason=reason,
        )

    if isinstance(given, str):
        return told(f"{given}; the run has {_told(ours.shape)}"), None
    theirs, done = _fitted(ours.shape, _as_ours(ours.dtype, given))
    if theirs is None:
        return told(done), None
    if has_numbers(ours.dtype) != has_numbers(theirs.dtype):
        return told(f"the reference is of type {theirs.dtype}; the run's is {ours.dtype}"), None
    if ours.size == 0:
        return told("both are empty", pictures.Apart(0.0, 0.0, None, passes=True)), theirs
    bound = allowed or pictures.tolerance(ours.dtype)
    return told(done, pictures.apart(ours, theirs, bound)), theirs


def _as_ours(dtype: np.dtype[Any], given: Array) -> Array:
    """What NumPy's files hold as bytes (bfloat16, float8) in the dtype that it was written from."""
    plain = given.dtype.kind == "V" and given.dtype.names is None
    same = given.dtype.itemsize == dtype.itemsize and dtype.isbuiltin == 2
    return given.view(dtype) if plain and same else given


def _fitted(shape: tuple[int, ...], given: Array) -> tuple[Array | None, str]:
    """The reference in the tensor's shape, and what was done to it."""
    if given.shape == shape:
        return given, ""
    if given.ndim > 2:
        for source, target, words in _MOVES:
            turned = np.moveaxis(given, source, target)
            if turned.shape == shape:
                return turned, f"the reference's channels moved {words}"
    if _long(given.shape) == _long(shape):
        return given.reshape(shape), "axes of length 1 left out of account"
    return None, f"the reference has shape {_told(given.shape)}; the run has {_told(shape)}"


_MOVES = ((1, -1, "from the second axis to the last"), (-1, 1, "from the last to the second"))


def _long(shape: Sequence[int]) -> list[int]:
    return [length for length in shape if length != 1]


def _told(shape: Sequence[int]) -> str:
    return f"({', '.join(map(str, shape))})"
