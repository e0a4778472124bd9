"""What is done for a file only where its author is trusted: its own code is found and run."""
# pyright: standard

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from cutaway.errors import MissingPackage, UnsupportedModel
from cutaway.loaders.keras.old.layers import Layer
from cutaway.loaders.keras.safety import foreign_parts

_FUNCTIONS: Final = ("function", "output_shape", "mask")
_SAID_OF_THEM: Final = ("module", "function_type", "output_shape_type", "output_shape_module")


def lambda_functions_are_objects(layer: Layer) -> None:
    """Keras 2 wrote the bytecode of a Lambda layer as a list: code, defaults, closure."""
    if layer["class_name"] != "Lambda":
        return
    for key in _SAID_OF_THEM:
        layer["config"].pop(key, None)
    for key in _FUNCTIONS:
        held = layer["config"].get(key)
        if isinstance(held, list) and len(held) == 3 and isinstance(held[0], str):
            code, defaults, closure = held
            inner = {"code": code, "defaults": defaults, "closure": closure}
            layer["config"][key] = {"class_name": "__lambda__", "config": inner}


def import_foreign(config: Any, file: str) -> dict[str, Any]:
    """The classes and functions from outside Keras, by the name a configuration has for them.

    Their modules are imported; the configuration is changed to name each by its key here.

    Raises:
        MissingPackage: a module is not installed.
        UnsupportedModel: it has no such class or function.
    """
    found: dict[str, Any] = {}
    for layer, part in foreign_parts(config):
        module, kind = part.get("module"), part.get("class_name")
        name = part.get("config") if kind == "function" else kind
        if not isinstance(module, str) or not isinstance(name, str):
            raise UnsupportedModel(
                f"{file} does not say which module has {name} in {layer}; open it where its author "
                "defines it, and export it to ONNX"
            )
        # Keras looks functions up by their name, and classes by the name they are registered by.
        key = name if kind == "function" else str(part.get("registered_name") or name)
        part["registered_name"] = key
        found[key] = _found(module, name, f"{file} needs {name} of {module} in {layer}")
    return found


def _found(module: str, name: str, wanted: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as problem:
        raise MissingPackage(
            f"{wanted}, which cannot be imported ({problem}); install the package that has it"
        ) from problem
    except AttributeError as problem:
        raise UnsupportedModel(
            f"{wanted}, which has none of that name; install the version that the file was made by"
        ) from problem


@contextlib.contextmanager
def known_to(keras: ModuleType, objects: Mapping[str, Any]) -> Iterator[None]:
    """While inside, Keras knows these objects by name.

    Not by a scope of Keras: it leaves that where it reads the layers of old files.
    """
    registry: dict[str, Any] = keras.saving.get_custom_objects()
    before = dict(registry)
    registry.update(objects)
    try:
        yield
    finally:
        for name in objects:
            registry.pop(name, None)
        registry.update(before)
