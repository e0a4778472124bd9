"""HDF5 files that hold data sets: weights saved by Keras, and others."""
# pyright: standard

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import h5py
import ml_dtypes
import numpy as np

from cutaway.errors import BrokenFile, ModelError, UnsupportedModel
from cutaway.loaders.base import Facts, Model
from cutaway.loaders.keras.safety import check_hdf5
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.loaders.weights.mapped import lengths, short
from cutaway.trace import Array

_COPY: Final = re.compile(r":\d+$")

_VARIABLES: Final = (
    (re.compile(r"batch_?norm"), ("gamma", "beta", "moving_mean", "moving_variance")),
    (re.compile(r"layer_?norm|group_?norm"), ("gamma", "beta")),
    (re.compile(r"embedding"), ("embeddings",)),
    (re.compile(r"lstm|gru|rnn|^cell$"), ("kernel", "recurrent_kernel", "bias")),
    (re.compile(r"separable_conv"), ("depthwise_kernel", "pointwise_kernel", "bias")),
    (re.compile(r"conv|dense"), ("kernel", "bias")),
)
"""What the variables of Keras's layers are called that Keras 3 saves by number, by the layer's
name. They are named so only where their ranks agree."""

_VECTORS: Final = frozenset({"gamma", "beta", "moving_mean", "moving_variance"})

_DAMAGES: Final = (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError)
"""What HDF5 raises where a file is damaged."""


def open_hdf5(path: Path) -> Model:
    """The data sets of a file, none of them read yet.

    Raises:
        BrokenFile: it is truncated or damaged.
        RefusedFile: it leads to other files, or swells when it is read.
        UnsupportedModel: it holds no numbers.
    """
    try:
        with h5py.File(path) as file:
            check_hdf5(file, path.name)
            places, notes = _places(file, path.name)
            keras = _is_keras(file)
            facts = _facts(file, path, keras=keras)
    except ModelError:
        raise
    except _DAMAGES as problem:
        raise _damaged(path, problem) from problem
    if not places:
        raise UnsupportedModel(f"{path.name} is an HDF5 file without data sets of numbers")
    by_name = _named(places) if keras else {place[1:]: place for place in places}
    return weights_model(
        path.name,
        facts,
        [Stored(name, *places[place]) for name, place in by_name.items()],
        lambda name: _read(path, by_name[name], places[by_name[name]]),
        kernels="HWIO",
        notes=notes,
    )


def _damaged(path: Path, problem: Exception) -> BrokenFile:
    return BrokenFile(
        f"{path.name} is truncated or damaged: {short(str(problem))}; fetch or save it again"
    )


def _is_keras(file: h5py.File) -> bool:
    return (
        "layer_names" in file.attrs
        or bool({"layers", "vars", "_layer_checkpoint_dependencies"} & set(file))
        or any("weight_names" in group.attrs for group in file.values())
    )


def _facts(file: h5py.File, path: Path, *, keras: bool) -> Facts:
    words = {key: _text(file.attrs.get(key)) for key in ("keras_version", "backend")}
    version = words["keras_version"]
    return Facts(
        "Keras weights" if keras else "HDF5",
        f"Keras {version}" if version else None,
        path.stat().st_size,
        0,
        {key: word for key, word in words.items() if word},
    )


def _text(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else None


_Kinds = dict[str, tuple[tuple[int, ...], str]]
"""Shape and dtype by place."""


def _places(file: h5py.File, name: str) -> tuple[_Kinds, list[str]]:
    """The data sets of numbers in the order of the file, and a note on those of something else."""
    found: _Kinds = {}
    others: list[str] = []
    for data in _datasets(file):
        place = data.name or ""
        kind = _dtype(data)
        if kind is None or data.shape is None:
            others.append(place)
        else:
            found[place] = lengths(data.shape, place, name), kind
    some = ", ".join(map(short, others[:3])) + (", ..." if len(others) > 3 else "")
    return found, [f"{len(others)} data sets of text or records were left out: {some}"] * bool(
        others
    )


def _datasets(file: h5py.File) -> Iterator[h5py.Dataset]:
    """Every data set once, links apart: in Keras's own order where the file tells it."""
    seen: set[object] = set()
    waiting: list[h5py.Group | h5py.Dataset] = [file]
    while waiting:
        one = waiting.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        if isinstance(one, h5py.Dataset):
            yield one
            continue
        inner: list[h5py.Group | h5py.Dataset] = []
        for child in _ordered(one):
            if isinstance(one.get(child, getlink=True), h5py.HardLink):
                held = one[child]
                if isinstance(held, h5py.Group | h5py.Dataset):
                    inner.append(held)
        waiting.extend(reversed(inner))


def _ordered(group: h5py.Group) -> list[str]:
    """Names in a group, those first that Keras lists in an attribute, in its order."""
    listed = [
        _text(name) or "" for key in ("layer_names", "weight_names") for name in _names(group, key)
    ]
    known = dict.fromkeys(name.partition("/")[0] for name in listed)
    last = dict.fromkeys(name.rpartition("/")[2] for name in listed)
    held = list(group)
    first = [name for name in (*known, *last) if name in group]
    return list(dict.fromkeys([*first, *held]))


def _names(group: h5py.Group, key: str) -> Iterable[Any]:
    value = group.attrs.get(key)
    return value.tolist() if isinstance(value, np.ndarray) else ()


def _dtype(data: h5py.Dataset) -> str | None:
    """The dtype of the array that reading gives, None where it is not one of numbers."""
    kind = data.dtype
    if kind.kind in "biufc":
        return kind.name
    is_brain = kind.kind == "V" and kind.itemsize == 2 and kind.fields is None
    return "bfloat16" if is_brain and _text(data.attrs.get("dtype")) == "bfloat16" else None


def _read(path: Path, place: str, wanted: tuple[tuple[int, ...], str]) -> Array:
    shape, kind = wanted
    try:
        with h5py.File(path) as file:
            array = np.asarray(file[place][()])  # pyright: ignore[reportIndexIssue]
    except _DAMAGES as problem:
        raise _damaged(path, problem) from problem
    if kind == "bfloat16":
        array = array.view(ml_dtypes.bfloat16)
    array = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
    if (array.shape, array.dtype.name) != (shape, kind):
        raise BrokenFile(f"{path.name} was changed after it was opened; open it again")
    return array


def _named(places: _Kinds) -> dict[str, str]:
    """Places by the names to show: without what Keras writes twice, and by variable."""
    found: dict[str, str] = {}
    for place, (shape, _) in places.items():
        parts = [part for part in place.split("/") if part]
        if parts[0] == "model_weights":
            parts = parts[1:]
        parts[-1] = _COPY.sub("", parts[-1])
        # Keras 2 writes a layer's variables under the layer's name, which they begin with too.
        parts = [part for at, part in enumerate(parts) if at == 0 or part != parts[at - 1]]
        if len(parts) > 2 and parts[-2] == "vars" and parts[-1].isdigit():
            parts[-2:] = [_variable(parts[-3], parts[-1], len(shape))]
        name = "/".join(parts)
        found[name if name and name not in found else place[1:]] = place
    return found


def _variable(layer: str, number: str, rank: int) -> str:
    """The name of a variable saved by number, the number where its layer does not tell."""
    for pattern, names in _VARIABLES:
        if pattern.search(layer) and len(number) < 2 and int(number) < len(names):
            name = names[int(number)]
            least, most = (1, 1) if name in _VECTORS else (1, 2) if name == "bias" else (2, 5)
            return name if least <= rank <= most else number
    return number
