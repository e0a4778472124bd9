"""A Keras model, made from a checked file."""
# pyright: standard

from __future__ import annotations

import importlib
import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from cutaway.errors import BrokenFile, CutawayError, UnsupportedModel
from cutaway.loaders.keras.old.first import is_first, second
from cutaway.loaders.keras.old.functions import old_functions
from cutaway.loaders.keras.old.layers import unfolded, walk
from cutaway.loaders.keras.old.weights import load_first_weights, turn_kernels
from cutaway.loaders.keras.safety import bounded_weights
from cutaway.loaders.keras.source import Source, weights_file
from cutaway.loaders.keras.trusted import import_foreign, known_to, lambda_functions_are_objects
from cutaway.loaders.keras.upgrade import upgraded

_MODELS: Final = {"Functional", "Sequential", "Model"}


def revive(source: Source, keras: ModuleType, *, trust: bool = False) -> Any:
    """The ``keras.Model`` with its weights.

    Args:
        source: the file.
        keras: the module.
        trust: whether code of the file may be run; else nothing of it is executed.

    Raises:
        UnsupportedModel: Keras has no such layer, or the model does not say what goes into it.
        BrokenFile: the weights do not fit the structure.
    """
    script = _prepared(source, keras, trust=trust)
    with warnings.catch_warnings(), known_to(keras, script.objects):
        # Advice to whoever trains the model.
        warnings.simplefilter("ignore")
        model = _built(script.config, source, keras, trust=trust)
        try:
            if script.written is not None:
                load_first_weights(model, script.written, source.path, source.backend)
            else:
                _load_weights(model, source)
        except CutawayError:
            raise
        except Exception as problem:
            raise BrokenFile(
                f"the weights in {source.path.name} do not fit its structure: "
                f"{reason(problem)}; save the model again"
            ) from problem
    return model


@dataclass(frozen=True, slots=True)
class _Script:
    """What a model is built by."""

    config: dict[str, Any]
    """Up to date."""
    written: dict[str, Any] | None
    """As Keras 1 wrote it; None for what newer versions wrote."""
    objects: dict[str, Any]
    """What it names that Keras itself has not."""


def _prepared(source: Source, keras: ModuleType, *, trust: bool) -> _Script:
    name = source.path.name
    objects = old_functions(keras)
    try:
        first = not source.archive and is_first(source.version, source.config)
        written = unfolded(source.config)
        config = upgraded(second(written, name) if first else written, source.version)
        _refuse_unknown_layers(config, source, keras)
        if trust:
            for layer in walk(config):
                lambda_functions_are_objects(layer)
            objects |= import_foreign(config, name)
    except UnsupportedModel as problem:
        said = str(problem)
        raise UnsupportedModel(said if name in said else f"{name} {said}") from problem
    except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as problem:
        raise BrokenFile(
            f"the configuration in {name} is not of the shape that Keras writes: "
            f"{type(problem).__name__} {problem}; fetch or save it again"
        ) from problem
    return _Script(config, written if first else None, objects)


def _load_weights(model: Any, source: Source) -> None:
    with weights_file(source) as file:
        model.load_weights(file)
    if source.backend == "theano":
        turn_kernels(model)


def _built(config: dict[str, Any], source: Source, keras: ModuleType, *, trust: bool) -> Any:
    try:
        sharing = importlib.import_module("keras.src.saving.serialization_lib").ObjectSharingScope
        size = source.path.stat().st_size
        with bounded_weights(keras, size, source.path.name), sharing():
            model = keras.saving.deserialize_keras_object(config, safe_mode=not trust)
    except CutawayError:
        raise
    except Exception as problem:
        raise UnsupportedModel(
            f"Keras {keras.__version__} cannot rebuild {source.path.name} (written by Keras "
            f"{source.version or 'of unknown version'}): {reason(problem)}; load and save it "
            "with the version that wrote it, or export it to ONNX"
        ) from problem
    if not isinstance(model, keras.Model):
        raise UnsupportedModel(
            f"{source.path.name} holds a {type(model).__name__}, wanted a whole model; "
            "save the model that contains it"
        )
    if not (isinstance(model, keras.Sequential) or hasattr(model, "_nodes_by_depth")):
        raise UnsupportedModel(
            f"{source.path.name} holds a {type(model).__name__}, whose layers are called from its "
            "author's code; export the model to ONNX"
        )
    if not model.built or not model.inputs:
        raise UnsupportedModel(
            f"{source.path.name} does not say what goes into its first layer; add an Input layer, "
            "or call the model once, and save it again"
        )
    return model


def _refuse_unknown_layers(config: dict[str, Any], source: Source, keras: ModuleType) -> None:
    """Layers of an old file say no module: those that Keras has not are somebody's own."""
    inner = config.get("config")
    for layer in (inner.get("layers") or []) if isinstance(inner, dict) else []:
        kind = layer.get("class_name", "")
        known = kind in _MODELS or hasattr(keras.layers, kind)
        if "module" not in layer and not known:
            named = layer.get("config", {}).get("name") or layer.get("name")
            raise UnsupportedModel(
                f"layer '{named}' of {source.path.name} is a {kind}, which is no layer of Keras "
                f"{keras.__version__}; save the model as .keras, or export it to ONNX"
            )
        _refuse_unknown_layers(layer, source, keras)


def reason(problem: BaseException) -> str:
    """What went wrong in the first place, in one line of at most 300 characters."""
    while problem.__context__ is not None:  # Keras wraps every failure, layer by layer
        problem = problem.__context__
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    return lines[0][:300]
