"""What of a Keras file is refused before Keras sees it."""
# pyright: standard

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import h5py
from h5py import h5o  # pyright: ignore[reportAttributeAccessIssue]

from cutaway.errors import RefusedFile
from cutaway.loaders.keras.old.merging import holds_code
from cutaway.loaders.swelling import check_swelling

_CODE: Final = {
    "Lambda": "Lambda layer",
    "__lambda__": "lambda function",
    "TFSMLayer": "layer that loads a TensorFlow program",
    "TorchModuleWrapper": "pickled PyTorch module",
    "JaxLayer": "JAX function",
    "FlaxLayer": "Flax module",
}
"""What runs code that the file holds or points to, by class name."""

_TRUSTED: Final = {"keras", "builtins"}
"""Packages that a configuration may name; ``builtins`` stands for Keras's own functions, which
Keras looks up among its own by name only."""


def check_config(config: Any, file: str) -> None:
    """Refuse a configuration that would need code of the file or of its author.

    Raises:
        RefusedFile: a Lambda layer, or a class or function from outside Keras; named by its layer.
    """
    for layer, part in _parts(config, "the model"):
        kind = str(part.get("class_name"))
        if kind in _CODE or holds_code(part):
            what = _CODE.get(kind, "function that merges")
            raise RefusedFile(
                f"{file} holds code in {layer} (a {what}), which Cutaway does not run; export the "
                f"model to ONNX, replace the layer by one of Keras's own, or, {_TRUST}"
            )
    for layer, part in foreign_parts(config):
        named = part.get("registered_name") or part.get("class_name")
        raise RefusedFile(
            f"{file} needs code from outside Keras in {layer} ({named}, from {_package(part)}), "
            f"which Cutaway does not import; export the model to ONNX, or, {_TRUST}"
        )


_TRUST: Final = "where you trust its author, open it with --trust (trust=True in Python)"


def foreign_parts(config: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Serialized objects of classes and functions from outside Keras, each with its layer."""
    for layer, part in _parts(config, "the model"):
        if _package(part) not in _TRUSTED:
            yield layer, part


def _package(part: dict[str, Any]) -> str:
    module = part.get("module", "keras")
    return module.partition(".")[0] if isinstance(module, str) else "its author's code"


def _parts(config: Any, layer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every serialized object of a configuration, with the layer that it lies in."""
    if isinstance(config, list):
        for item in config:
            yield from _parts(item, layer)
    elif isinstance(config, dict):
        inner = config.get("config")
        if "class_name" in config:
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                layer = f"layer '{inner['name']}'"
            yield layer, config
        for key, item in config.items():
            if key != "compile_config":  # left out before anything is made of it
                yield from _parts(item, layer)


def check_hdf5(file: h5py.File, name: str) -> None:
    """Refuse an HDF5 file that leads out of itself or swells when it is read.

    Raises:
        RefusedFile: an external link, a virtual or external data set, or a data set far larger
            than what the file holds of it.
    """
    seen: set[object] = set()
    waiting: list[h5py.Group] = [file]
    while waiting:
        group = waiting.pop()
        key = h5o.get_info(group.id).addr
        if key in seen:
            continue
        seen.add(key)
        for child in group:
            place = f"{(group.name or '').rstrip('/')}/{child}"
            link = group.get(child, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise RefusedFile(
                    f"{name} reads another file, {link.filename}, at {place}, which Cutaway does "
                    "not follow; save the model again with its weights inside"
                )
            if isinstance(link, h5py.SoftLink):
                continue
            found = group[child]
            if isinstance(found, h5py.Group):
                waiting.append(found)
            elif isinstance(found, h5py.Dataset):
                _check_dataset(found, name, place)


def _check_dataset(data: h5py.Dataset, name: str, place: str) -> None:
    if data.is_virtual or data.external:
        raise RefusedFile(
            f"{name} takes {place} from other files, which Cutaway does not follow; "
            "save the model again with its weights inside"
        )
    check_swelling(data.nbytes, data.id.get_storage_size(), name, place)


@contextlib.contextmanager
def bounded_weights(keras: ModuleType, stored: int, name: str) -> Iterator[None]:
    """While inside, layers may not make more weights than a file can hold.

    A few bytes of configuration can ask for a kernel of any size, and Keras makes it before it
    looks for the numbers.

    Args:
        keras: the module.
        stored: bytes of the file.
        name: of the file.

    Raises:
        RefusedFile: from within a layer's ``build``, in this thread only.
    """
    own, thread, total = keras.layers.Layer.add_weight, threading.get_ident(), 0

    def add_weight(self: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal total
        if threading.get_ident() == thread and shape is not None:
            lengths = [shape] if isinstance(shape, int) else shape
            total += _BYTES * math.prod(length or 1 for length in lengths)
            check_swelling(total, stored, name, f"layer '{self.name}'")
        return own(self, shape, *args, **kwargs)

    keras.layers.Layer.add_weight = add_weight
    try:
        yield
    finally:
        keras.layers.Layer.add_weight = own


_BYTES: Final = 4
"""Of a number, as most weights have it."""
