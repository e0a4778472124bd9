"""A Keras model, made from a checked file."""
# pyright: standard

from __future__ import annotations

import warnings
from types import ModuleType
from typing import Any, Final

from cutaway.errors import BrokenFile, CutawayError, UnsupportedModel
from cutaway.loaders.keras.old.first import is_first, second
from cutaway.loaders.keras.old.functions import old_functions
from cutaway.loaders.keras.old.layers import unfolded
from cutaway.loaders.keras.old.weights import load_first_weights, turn_kernels
from cutaway.loaders.keras.source import Source, weights_file
from cutaway.loaders.keras.upgrade import upgraded

_MODELS: Final = {"Functional", "Sequential", "Model"}


def revive(source: Source, keras: ModuleType) -> Any:
    """The ``keras.Model`` with its weights; nothing of the file is executed.

    Raises:
        UnsupportedModel: Keras has no such layer, or the model does not say what goes into it.
        BrokenFile: the weights do not fit the structure.
    """
    name = source.path.name
    first = is_first(source.version, source.config)
    written = unfolded(source.config)
    config = upgraded(second(written, name) if first else written, source.version)
    _refuse_unknown_layers(config, source, keras)
    # For good, and not in a scope: Keras leaves a scope where it reads layers of old files.
    keras.saving.get_custom_objects().update(old_functions(keras))
    with warnings.catch_warnings():
        # Advice to whoever trains the model.
        warnings.simplefilter("ignore")
        model = _built(config, source, keras)
        try:
            if first:
                load_first_weights(model, written, source.path, source.backend)
            else:
                _load_weights(model, source)
        except CutawayError:
            raise
        except Exception as problem:
            raise BrokenFile(
                f"the weights in {name} do not fit its structure: "
                f"{reason(problem)}; save the model again"
            ) from problem
    return model


def _load_weights(model: Any, source: Source) -> None:
    with weights_file(source) as file:
        model.load_weights(file)
    if source.backend == "theano":
        turn_kernels(model)


def _built(config: dict[str, Any], source: Source, keras: ModuleType) -> Any:
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
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
