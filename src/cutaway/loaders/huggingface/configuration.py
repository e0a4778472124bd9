"""The architecture that a configuration names, without whatever in it reaches out of the folder."""
# pyright: standard

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from cutaway.errors import BrokenFile, RefusedFile, UnsupportedModel
from cutaway.loaders.torch.live import first_line

_REACHING_OUT: Final = frozenset(
    "auto_map custom_pipelines _name_or_path name_or_path transformers_weights fusion_config "
    "attn_implementation _attn_implementation _attn_implementation_internal "
    "_attn_implementation_autoset experts_implementation _experts_implementation "
    "_experts_implementation_internal distributed_config".split()
)
"""Keys that name code, kernels or files of elsewhere, or how a layer is computed."""


@dataclass(frozen=True)
class Architecture:
    """A class of network with its configuration."""

    name: str
    """Such as ``BertForSequenceClassification``."""
    config: Any
    build: Callable[..., Any]
    """Makes the network of a configuration."""
    load: Callable[..., Any]
    """Makes the network of a configuration and tensors by name, and tells what did not fit."""


def architecture_of(
    transformers: ModuleType, folder: Path, config: dict[str, Any], *, trust: bool
) -> Architecture:
    """The architecture that a folder's configuration names.

    Args:
        transformers: the module.
        folder: that of the configuration.
        config: what ``config.json`` states.
        trust: whether code in the folder may be run.

    Raises:
        RefusedFile: it needs code of the folder, which is not trusted.
        UnsupportedModel: Transformers does not know it, or it is quantized.
        BrokenFile: the configuration contradicts itself.
    """
    _check(folder, config, trust=trust)
    if trust and config.get("auto_map"):
        return _of_the_folder(transformers, folder, config)
    kind = config.get("model_type")
    known = transformers.CONFIG_MAPPING
    if not isinstance(kind, str) or kind not in known:
        if any(folder.glob("*.py")):
            _refuse(folder, f"is of the type {kind!r}, which its own code defines")
        raise UnsupportedModel(
            f"{folder.name} is of the type {kind!r}, which Transformers "
            f"{transformers.__version__} does not know; pip install --upgrade transformers"
        )
    try:
        made = known[kind].from_dict(_kept(config))
    except Exception as problem:
        raise BrokenFile(
            f"the config.json of {folder.name} does not describe a {kind}: {first_line(problem)}; "
            "fetch it again"
        ) from problem
    return _of_class(_class_of(transformers, folder, config, made), made)


def _check(folder: Path, config: dict[str, Any], *, trust: bool) -> None:
    for key, value in _entries(config):
        if key == "auto_map" and value and not trust:
            _refuse(folder, "names code of its own (auto_map in config.json)")
    if isinstance(quantized := config.get("quantization_config"), dict):
        method = quantized.get("quant_method", "unknown method")
        raise UnsupportedModel(
            f"{folder.name} is quantized ({method}), which takes operators of its own to run; open "
            "the model that it was made from"
        )
    if (folder / "adapter_config.json").is_file():
        raise UnsupportedModel(
            f"{folder.name} is an adapter to another model; merge it into that one "
            "(peft's merge_and_unload) and save the whole"
        )


def _of_the_folder(transformers: ModuleType, folder: Path, config: dict[str, Any]) -> Architecture:
    """An architecture whose code lies in the folder; it is run."""
    from transformers.dynamic_module_utils import get_class_from_dynamic_module

    auto_map, names = config["auto_map"], config.get("architectures") or [""]
    models = [str(name) for key, name in auto_map.items() if key.startswith("AutoModel")]
    fitting = [name for name in models if name.rpartition(".")[2] == names[0]]
    if not models:
        raise UnsupportedModel(
            f"the config.json of {folder.name} names no model in its auto_map; add AutoModel to it"
        )
    try:
        made = transformers.AutoConfig.from_pretrained(
            folder, trust_remote_code=True, local_files_only=True
        )
        found = get_class_from_dynamic_module(
            (fitting or models)[0], str(folder), local_files_only=True
        )
    except Exception as problem:
        raise UnsupportedModel(
            f"the code of {folder.name} does not run: {type(problem).__name__}: "
            f"{first_line(problem)}"
        ) from problem
    return _of_class(found, made)


def _of_class(found: Any, config: Any) -> Architecture:
    def load(**how: Any) -> Any:
        # Without a folder: nothing in it is read but what was looked at before.
        return found.from_pretrained(None, trust_remote_code=False, **how)

    build = found._from_config  # noqa: SLF001 - the only way to a network without weights
    return Architecture(found.__name__, config, build, load)


def _class_of(transformers: ModuleType, folder: Path, config: dict[str, Any], made: Any) -> Any:
    names = config.get("architectures")
    if not names:
        if type(made) in transformers.MODEL_MAPPING:
            return transformers.MODEL_MAPPING[type(made)]
        raise UnsupportedModel(
            f"the config.json of {folder.name} names no architecture, and Transformers has no "
            f'plain model of the type {made.model_type!r}; add "architectures" to it'
        )
    name = names[0] if isinstance(names, list) else names
    found = getattr(transformers, name, None) if isinstance(name, str) else None
    if not isinstance(found, type) or not issubclass(found, transformers.PreTrainedModel):
        if any(folder.glob("*.py")):
            _refuse(folder, f"is a {name}, which its own code defines")
        raise UnsupportedModel(
            f"{folder.name} is a {name}, which Transformers {transformers.__version__} does not "
            "know; pip install --upgrade transformers"
        )
    wanted = getattr(found, "config_class", None)
    if wanted is None or not isinstance(made, wanted):
        raise BrokenFile(
            f"the config.json of {folder.name} is of the type {made.model_type!r}, but names the "
            f"architecture {name}, which is another's; fetch it again"
        )
    return found


def _kept(config: Any) -> Any:
    """The configuration without what reaches out; inner configurations likewise."""
    if isinstance(config, list):
        return [_kept(one) for one in config]
    if not isinstance(config, dict):
        return config
    kept = {key: _kept(value) for key, value in config.items() if key not in _REACHING_OUT}
    if "use_pretrained_backbone" in kept:
        kept["use_pretrained_backbone"] = False  # its weights lie in this folder
    return kept


def _entries(held: Any) -> Iterator[tuple[str, Any]]:
    waiting: list[Any] = [held]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from one.items()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _refuse(folder: Path, why: str) -> None:
    raise RefusedFile(
        f"{folder.name} {why}, which would be run; where you trust its author, open it with "
        "--trust (trust=True in Python)"
    )
