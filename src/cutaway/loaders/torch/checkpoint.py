"""What ``torch.save`` wrote: tensors by name, or, where the user says how, the whole network."""
# pyright: standard

from __future__ import annotations

import importlib
import importlib.util
import pickle
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch

from cutaway.errors import BrokenFile, InputError, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Facts, Model, Options, Report
from cutaway.loaders.torch.live import broken, first_line, open_module
from cutaway.loaders.torch.safety import check_globals
from cutaway.loaders.torch.tensors import as_array, dtype_name
from cutaway.loaders.weights.listing import Stored, weights_model
from cutaway.trace import Array

_CONTAINERS: Final = (
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module",
    "weights", "params", "params_ema", "generator", "ema", "teacher", "student",
)  # fmt: skip
"""Usual keys of a checkpoint under which the network's tensors stand, the likeliest first."""
_PREFIXES: Final = ("module.", "_orig_mod.", "model.")
"""What wrappers put before the names of a module's tensors."""


def open_checkpoint(path: Path, report: Report, options: Options, *, legacy: bool) -> Model:
    """A checkpoint's tensors, or with ``options.maker`` the network that they belong to.

    Args:
        path: the file.
        report: told what is being done.
        options: ``trust`` lets pickled objects be made; ``maker`` says what builds the network.
        legacy: whether PyTorch before 1.6 wrote it.

    Raises:
        RefusedFile: it holds more than tensors.
        BrokenFile: it is damaged.
        UnsupportedModel: it holds no tensors.
        InputError: the maker does not build a fitting network.
    """
    report("reading the tensors")
    held = _loaded(path, options, legacy=legacy)
    if isinstance(held, torch.nn.Module):
        return _named(open_module(held, None, report, options, path.name), path)
    tensors, others = _tensors_of(held)
    if not tensors:
        raise UnsupportedModel(
            f"{path.name} holds a {type(held).__name__} without tensors; save the model's "
            "state_dict, or export it (torch.export.save)"
        )
    if options.maker is not None:
        module = _made(options.maker, tensors, path.name)
        return _named(open_module(module, None, report, options, path.name), path)
    return _listed(path, tensors, others)


def _loaded(path: Path, options: Options, *, legacy: bool) -> Any:
    if not options.trust and not legacy:
        check_globals(path, path.name)
    try:
        # Mapped, a file of many gigabytes is there at once; the old format cannot be.
        return torch.load(path, map_location="cpu", weights_only=not options.trust, mmap=not legacy)
    except pickle.UnpicklingError as problem:
        found = re.search(r"GLOBAL ([\w.]+)", str(problem))
        if found is None:
            raise broken(path.name, problem) from problem
        raise RefusedFile(
            f"{path.name} needs code to be run when it is read: {found[1]}; save its state_dict, "
            "or an exported program (torch.export.save), or, where you trust its author, open it "
            "with --trust (trust=True in Python)"
        ) from problem
    except (ModuleNotFoundError, AttributeError) as problem:
        raise UnsupportedModel(
            f"{path.name} needs the code of its author: {first_line(problem)}; put that where "
            "Python finds it (PYTHONPATH), or save the model's state_dict"
        ) from problem
    except Exception as problem:
        raise broken(path.name, problem) from problem


def _tensors_of(held: Any) -> tuple[dict[str, torch.Tensor], list[str]]:
    """The network's tensors by name, and what else lies in the file."""
    if isinstance(held, torch.Tensor):
        return {"tensor": held}, []
    if not isinstance(held, Mapping):
        return dict(_walked(held, "")), []
    for key in _CONTAINERS:
        inner = held.get(key)
        if isinstance(inner, torch.nn.Module):
            inner = inner.state_dict()
        found = dict(_walked(inner, "")) if isinstance(inner, Mapping) else {}
        if found:
            return found, [str(name) for name in held if name != key]
    return dict(_walked(held, "")), []


def _walked(held: Any, name: str) -> Iterator[tuple[str, torch.Tensor]]:
    """Tensors in nested dictionaries and lists, with dotted names."""
    if isinstance(held, torch.Tensor):
        yield name, held
    elif isinstance(held, Mapping):
        for key, inner in held.items():
            yield from _walked(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(held, list | tuple):
        for at, inner in enumerate(held):
            yield from _walked(inner, f"{name}.{at}" if name else str(at))


def _listed(path: Path, tensors: Mapping[str, torch.Tensor], others: list[str]) -> Model:
    stored: list[Stored] = []
    notes: list[str] = []
    for name, tensor in tensors.items():
        dtype = dtype_name(tensor.dtype)
        if dtype is None or tensor.layout is not torch.strided:
            notes.append(f"{name} is a tensor of {tensor.dtype}, which is not shown")
        else:
            stored.append(Stored(name, tuple(tensor.shape), dtype))
    if others:
        notes.append(f"beside the network's tensors the file holds {', '.join(others[:8])}")

    def read(name: str) -> Array:
        return as_array(tensors[name], copy=False)

    facts = Facts("PyTorch checkpoint", None, path.stat().st_size, 0)
    return weights_model(path.name, facts, stored, read, notes=notes)


def _made(maker: str, tensors: Mapping[str, torch.Tensor], name: str) -> torch.nn.Module:
    """What the user says builds the network, with the file's tensors in it."""
    build = _found(maker)
    try:
        module = build()
    except Exception as problem:
        raise InputError(f"{maker}() failed: {type(problem).__name__}: {problem}") from problem
    if not isinstance(module, torch.nn.Module):
        raise InputError(
            f"a torch.nn.Module was wanted of {maker}; it made a {type(module).__name__}"
        )
    wanted = set(module.state_dict())
    candidates = [dict(tensors)]
    for prefix in _PREFIXES:
        cut = {key.removeprefix(prefix): tensor for key, tensor in tensors.items()}
        candidates.append(cut)
    best = max(candidates, key=lambda one: len(wanted & set(one)))
    missing, extra = sorted(wanted - set(best)), sorted(set(best) - wanted)
    if missing or extra:
        parts = [f"lacks {', '.join(missing[:4])}"] if missing else []
        parts += [f"has {', '.join(extra[:4])} beyond it"] if extra else []
        raise InputError(f"{name} does not fit {maker}: the file {' and '.join(parts)}")
    try:
        module.load_state_dict(best, assign=True)
    except RuntimeError as problem:
        lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
        raise InputError(f"{name} does not fit {maker}: {lines[-1][:300]}") from problem
    return module


def _found(maker: str) -> Callable[[], Any]:
    """A class or function by ``module:name`` or ``file.py:name``; the user's own code."""
    place, colon, name = maker.rpartition(":")
    if not colon or not place or not name:
        raise InputError(
            f"what builds the network is wanted as package.module:Class or net.py:Class; got "
            f"'{maker}'"
        )
    try:
        module = (
            _from_file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        )
    except Exception as problem:
        raise InputError(
            f"{place} of --model {maker} cannot be imported: {type(problem).__name__}: {problem}"
        ) from problem
    found = module
    for part in name.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise InputError(f"{place} has no class or function {name}")
    return found


def _from_file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise BrokenFile(f"there is no file {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent.absolute()))
    spec.loader.exec_module(module)
    return module


def _named(model: Model, path: Path) -> Model:
    return replace(model, name=path.name, facts=replace(model.facts, bytes=path.stat().st_size))
