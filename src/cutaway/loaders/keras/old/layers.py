"""The layers of an old configuration: in what order they come, and what they are called."""
# pyright: standard

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

from cutaway.errors import UnsupportedModel

Layer: TypeAlias = dict[str, Any]

MODELS: Final = {"Sequential", "Model", "Functional"}
"""Classes whose configuration has a list of layers."""


def walk(part: Any) -> Iterator[Layer]:
    """Every serialized layer or model inside a configuration, itself first."""
    if isinstance(part, list):
        for item in part:
            yield from walk(item)
    elif isinstance(part, dict):
        kind, config = part.get("class_name"), part.get("config")
        if isinstance(kind, str) and (isinstance(config, dict) or kind == "Sequential"):
            yield part
        for item in part.values():
            yield from walk(item)


def named(layer: Layer) -> str:
    """The name of a layer; its class where it has none."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    return str(layer.get("name") or inner or layer.get("class_name"))


def unfolded(config: Layer) -> Layer:
    """A copy in which models are dictionaries, and layers stand in the order of their weights.

    Keras 1 wrote a sequential model as a bare list, without its name; one that began by merging
    others had those inside the merging layer, and saved their weights one by one.
    """
    result: Layer = _with_plain_lists(copy.deepcopy(config))
    taken: set[str] = set()
    for layer in list(walk(result)):
        if layer["class_name"] == "Sequential" and isinstance(layer["config"], list):
            name = str(layer.get("name") or "sequential")
            while name in taken:
                name += "_"
            taken.add(name)
            layer["config"] = {"name": name, "layers": layer["config"]}
    for layer in list(walk(result)):
        if layer["class_name"] == "Sequential" and _merges(layer):
            _spread(layer)
    return result


def _with_plain_lists(part: Any) -> Any:
    """tf.keras told tuples and shapes from lists: ``{"class_name": "TensorShape", "items": [..]}``.

    Args:
        part: of a configuration; changed in place where it is a dictionary.
    """
    if isinstance(part, list):
        return [_with_plain_lists(one) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("class_name") in ("__tuple__", "TensorShape") and isinstance(
        part.get("items"), list
    ):
        return _with_plain_lists(part["items"])
    for key, value in part.items():
        part[key] = _with_plain_lists(value)
    return part


def _merges(sequential: Layer) -> bool:
    first = next(iter(sequential["config"]["layers"]), None)
    return first is not None and first.get("class_name") == "Merge" and "layers" in first["config"]


def _spread(model: Layer) -> None:
    """Make a sequential model that begins with several others a functional one."""
    spread: list[Layer] = []
    starts: list[str] = []
    last = _chained(model, spread, starts)
    model["class_name"] = "Model"
    model["config"] = {
        "name": model["config"]["name"],
        "layers": spread,
        "input_layers": [[name, 0, 0] for name in starts],
        "output_layers": [[last, 0, 0]],
    }


def _chained(model: Layer, spread: list[Layer], starts: list[str]) -> str:
    """Append the layers of a sequential model; the name of its last.

    Args:
        model: read, and taken apart.
        spread: the functional model's layers, added to.
        starts: names of its inputs, added to.
    """
    if model["class_name"] != "Sequential":
        raise UnsupportedModel(
            f"a {model['class_name']} is merged at the start of a sequential model, only "
            "sequential ones can be; build it again as a functional model"
        )
    before: list[str] = []
    for layer in model["config"]["layers"]:
        config = layer["config"]
        if layer["class_name"] == "Merge" and "layers" in config:
            before = [_chained(branch, spread, starts) for branch in config.pop("layers")]
        elif not before and layer["class_name"] != "InputLayer":
            before = [_entry(layer, spread, starts)]
        name = named(layer)
        if not before:
            starts.append(name)
        nodes = [[[one, 0, 0] for one in before]] if before else []
        spread.append({**layer, "name": name, "inbound_nodes": nodes})
        before = [name]
    return before[0]


def _entry(first: Layer, spread: list[Layer], starts: list[str]) -> str:
    """Add the input that a first layer states; its name."""
    shape, dtype = stated_input(first)
    name = f"{named(first)}_input"
    settings = {"batch_input_shape": shape, "name": name, "input_dtype": dtype}
    spread.append(
        {"class_name": "InputLayer", "config": settings, "name": name, "inbound_nodes": []}
    )
    starts.append(name)
    return name


def stated_input(layer: Layer) -> tuple[Any, str]:
    """Shape and dtype of what goes into a layer or model; None where it does not say."""
    config = layer["config"]
    if layer["class_name"] in MODELS:
        inner = config if isinstance(config, list) else config.get("layers") or []
        entries = [one for one in inner if one.get("class_name") == "InputLayer"]
        if layer["class_name"] != "Sequential" and len(entries) != 1:
            return None, "float32"
        return stated_input((entries or inner)[0]) if inner else (None, "float32")
    shape = config.get("batch_input_shape", config.get("batch_shape"))
    return shape, str(config.get("input_dtype") or _dtype(config))


def _dtype(config: dict[str, Any]) -> str:
    """The dtype of a layer as a word."""
    dtype = config.get("dtype") or "float32"
    if isinstance(dtype, dict):
        dtype = dtype.get("config", {}).get("name", "float32")
    return "float16" if dtype == "mixed_float16" else str(dtype)
