"""An input to trace a module with: the user's, one of the shape that was said, or a guess."""
# pyright: standard

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import torch

from cutaway.errors import InputError
from cutaway.loaders.torch.exporting import Example

_SIDES = {1: (512,), 2: (224, 224), 3: (16, 64, 64)}
"""Lengths of the axes that a convolution moves along, by their number."""
_WORDS = 16


def example_of(
    module: torch.nn.Module, given: Any, shapes: Mapping[str, tuple[int, ...]]
) -> tuple[Example, str]:
    """What a module is traced with, and a sentence where it was guessed.

    Args:
        module: what is to be traced.
        given: a tensor, a tuple of arguments, a dictionary of keyword arguments, or None.
        shapes: shapes that the user chose, by the name of the argument; empty for the first.

    Raises:
        InputError: nothing was given, and what goes in cannot be guessed.
    """
    if given is not None:
        return _given(given), ""
    names = _arguments(module)
    if shapes:
        made = {name or names[0]: shape for name, shape in shapes.items()}
        unknown = [name for name in made if name not in names]
        if unknown:
            raise InputError(
                f"a shape was given for '{unknown[0]}', which is no argument of "
                f"{type(module).__name__}.forward; it has {', '.join(names)}"
            )
        kind = _first(module)
        tensors = {
            name: _tensor(shape, kind, main=name == names[0]) for name, shape in made.items()
        }
        if list(tensors) == names[: len(tensors)]:
            return Example(tuple(tensors.values()), {}), ""
        return Example((), tensors), ""
    found = _guessed(module)
    if found is None or len(names) > 1:
        wanted = ", ".join(names) or "nothing"
        raise InputError(
            f"what goes into {type(module).__name__} ({wanted}) cannot be told from its weights: "
            f"give shapes, such as --shape {names[0] if names else 'x'}=1x3x224x224, or an example "
            "in Python, cutaway.open(module, example=...)"
        )
    shape = "x".join(map(str, found.shape))
    said = f"traced with an input of {shape}, guessed from the first layer; --shape sets another"
    return Example((found,), {}), said


def _given(given: Any) -> Example:
    if isinstance(given, Mapping):
        return Example((), given)
    return Example(tuple(given) if isinstance(given, tuple | list) else (given,), {})


def _arguments(module: torch.nn.Module) -> list[str]:
    """Names of the arguments that a call must be given."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(module.forward).parameters.values()
    except (TypeError, ValueError):
        return ["input"]
    found = [p.name for p in parameters if p.kind in kinds and p.default is p.empty]
    return found or ["input"]


def _first(module: torch.nn.Module) -> torch.nn.Module | None:
    """The first layer with weights, as the module lists them."""
    parts = (part for part in module.modules() if not list(part.children()))
    return next((part for part in parts if list(part.parameters(recurse=False))), None)


def _guessed(module: torch.nn.Module) -> torch.Tensor | None:
    first = _first(module)
    if isinstance(first, torch.nn.Embedding):
        return _ids((1, _WORDS), first)
    if isinstance(first, torch.nn.Linear):
        return torch.rand(1, first.in_features)
    if isinstance(first, torch.nn.RNNBase):
        return torch.rand(1, _WORDS, first.input_size)
    if isinstance(first, torch.nn.Conv1d | torch.nn.Conv2d | torch.nn.Conv3d):
        return torch.rand(1, first.in_channels, *_SIDES[len(first.kernel_size)])
    return None


def _tensor(shape: tuple[int, ...], first: torch.nn.Module | None, *, main: bool) -> torch.Tensor:
    if main and isinstance(first, torch.nn.Embedding):
        return _ids(shape, first)
    return torch.rand(shape)


def _ids(shape: tuple[int, ...], table: torch.nn.Embedding) -> torch.Tensor:
    count = 1
    for length in shape:
        count *= length
    return (torch.arange(count) % max(1, min(8, table.num_embeddings))).reshape(shape)
