"""Opens a Hugging Face folder as a Model."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._pytree import tree_flatten_with_path

from cutaway.errors import BrokenFile, CutawayError, MissingPackage, UnsupportedModel
from cutaway.graph import Graph
from cutaway.loaders.base import Facts, Model, Options, Report
from cutaway.loaders.huggingface.configuration import Architecture, architecture_of
from cutaway.loaders.huggingface.example import Inputs, candidates
from cutaway.loaders.huggingface.recognition import CONFIG, stated
from cutaway.loaders.huggingface.statements import labels_of
from cutaway.loaders.huggingface.weights import WeightFiles, tensors_of, weights_of
from cutaway.loaders.processors import pixels_of
from cutaway.loaders.torch.live import first_line, open_module

_SWELLING: Final = 16
"""How many times the size of its files a network may take: they may lack what is tied."""
_HARMLESS: Final = 64 << 20
_LACKING: Final = 10
"""A network of which more than one in so many tensors is not in the files is not shown."""


def read_folder(folder: Path, report: Report, options: Options, transformers: Any) -> Model:
    """The model in a folder; no code in it is run unless it is trusted.

    Args:
        folder: with ``config.json`` and weights.
        report: told what is being done.
        options: ``trust`` lets code of the folder run; ``shapes`` are those of the inputs.
        transformers: the module.

    Raises:
        BrokenFile: the configuration or the weights are damaged, or do not fit each other.
        RefusedFile: opening it would run code.
        UnsupportedModel: Transformers does not know the architecture.
        InputError: a shape was given for what is no input.
    """
    report("reading the configuration")
    config = stated(folder / CONFIG)
    preparation = folder / "preprocessor_config.json"
    prepared = stated(preparation) if preparation.is_file() else {}
    weights = weights_of(folder, trust=options.trust)
    architecture = architecture_of(transformers, folder, config, trust=options.trust)
    outline = _outline(architecture, folder, weights)
    report("reading the weights")
    module, lacking = _loaded(architecture, folder, weights, trust=options.trust)
    inputs, outputs = _chosen(outline, candidates(outline, prepared, options.shapes))
    inputs = {name: _of_dtype(one, module.dtype) for name, one in inputs.items()}
    model = open_module(module, inputs, report, options, folder.name)
    notes = (*model.graph.notes, *([lacking] if lacking else []))
    return replace(
        model,
        graph=replace(_named(model.graph, outputs), notes=notes),
        facts=replace(
            _facts(model.facts, architecture, config, weights, transformers),
            parameters=_trained(module, model.graph),
        ),
        labels=labels_of(config),
        hints=pixels_of(prepared),
    )


def _outline(architecture: Architecture, folder: Path, weights: WeightFiles) -> Any:
    """The network without its weights, which takes no memory; checked against the files' size."""
    _still(architecture.config)
    try:
        with torch.device("meta"):
            outline = architecture.build(architecture.config, attn_implementation="eager")
    except Exception as problem:
        raise _told(folder, architecture, problem) from problem
    size = sum(one.numel() * one.element_size() for one in outline.parameters())
    if size > _HARMLESS + _SWELLING * weights.bytes:
        raise BrokenFile(
            f"the config.json of {folder.name} describes a network of {size:,} bytes, its weights "
            f"have {weights.bytes:,}; fetch both again"
        )
    return outline.eval()


def _still(config: Any) -> None:
    """No cache of what was computed before: each run is whole by itself."""
    for one in (config, *(getattr(config, name, None) for name in config.sub_configs)):
        if one is not None:
            one.use_cache = False
    config.return_dict = True


def _loaded(
    architecture: Architecture, folder: Path, weights: WeightFiles, *, trust: bool
) -> tuple[Any, str]:
    """The network, and a sentence on tensors that the files lack."""
    tensors = tensors_of(weights, trust=trust)
    try:
        module, told = architecture.load(
            config=architecture.config,
            state_dict=tensors,
            dtype="auto",
            attn_implementation="eager",
            local_files_only=True,
            output_loading_info=True,
        )
    except Exception as problem:
        raise _told(folder, architecture, problem) from problem
    missing: Sequence[str] = sorted(told["missing_keys"])
    if not missing:
        return module.eval(), ""
    count, named = len(module.state_dict()), ", ".join(missing[:3])
    if len(missing) * _LACKING > count:
        raise BrokenFile(
            f"the weights of {folder.name} lack {len(missing)} of the {count} tensors of a "
            f"{architecture.name}, such as {named}; fetch them again"
        )
    said = f"{len(missing)} tensors are not in the files and were drawn at random, such as {named}"
    return module.eval(), said


def _told(folder: Path, architecture: Architecture, problem: Exception) -> CutawayError:
    name = f"{folder.name} cannot be opened as a {architecture.name}"
    if isinstance(problem, CutawayError):
        return problem
    if isinstance(problem, ImportError):
        return MissingPackage(f"{name}: {first_line(problem)}")
    if isinstance(problem, NotImplementedError):
        return UnsupportedModel(f"{name}: {first_line(problem)}")
    return BrokenFile(f"{name}: {first_line(problem)}; fetch config.json and the weights again")


def _chosen(outline: Any, found: Sequence[Inputs]) -> tuple[Inputs, list[str]]:
    """The first inputs that the network without weights takes, and the names of what it returns."""
    for inputs in found:
        given = {name: _of_dtype(one, outline.dtype).to("meta") for name, one in inputs.items()}
        try:
            # Not on the meta device alone: networks that look at a mask's numbers heed fake ones.
            with torch.no_grad(), FakeTensorMode(allow_non_fake_inputs=True) as mode:
                answer = outline(**{name: mode.from_tensor(one) for name, one in given.items()})
        except Exception:  # noqa: BLE001, S112 - whatever it was, the next may do
            continue
        leaves, _ = tree_flatten_with_path(answer)
        return inputs, [_path(place) for place, one in leaves if isinstance(one, torch.Tensor)]
    return found[0], []


def _path(place: Sequence[Any]) -> str:
    """The keys and positions that lead to a tensor: ``hidden_states.0``."""
    return ".".join(str(getattr(one, "key", getattr(one, "idx", one))) for one in place)


def _of_dtype(tensor: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    return tensor.to(dtype) if tensor.is_floating_point() else tensor


def _named(graph: Graph, names: Sequence[str]) -> Graph:
    """The outputs by the names that the network itself has for them."""
    if len(names) != len(graph.outputs) or len(set(names)) != len(names):
        return graph
    values = list(graph.values)
    taken = {value.name for value in values}
    for number, name in zip(graph.outputs, names, strict=True):
        if name and name not in taken and values[number].what == "activation":
            values[number] = replace(values[number], name=name)
    return replace(graph, values=tuple(values))


def _trained(module: torch.nn.Module, graph: Graph) -> int:
    """Trained numbers in the graph, those under two names once; tables of places are no such."""
    known = dict(module.named_parameters(remove_duplicate=False))
    shown = {
        id(known[value.name]): known[value.name] for value in graph.values if value.name in known
    }
    return sum(one.numel() for one in shown.values())


def _facts(
    facts: Facts,
    architecture: Architecture,
    config: Mapping[str, Any],
    weights: WeightFiles,
    transformers: Any,
) -> Facts:
    written = config.get("transformers_version")
    problem = config.get("problem_type")
    metadata = {
        "architecture": architecture.name,
        "model_type": str(config.get("model_type", "")),
        "weights": weights.entry,
        "transformers": transformers.__version__,
        **({"problem_type": problem} if isinstance(problem, str) else {}),
        **facts.metadata,
    }
    producer = f"transformers {written}" if isinstance(written, str) else None
    return Facts("Hugging Face", producer, weights.bytes, facts.parameters, metadata)
