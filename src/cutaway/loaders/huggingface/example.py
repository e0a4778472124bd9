"""What a network of Transformers is called with while it is traced."""
# pyright: standard

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import torch

from cutaway.errors import InputError

Inputs: TypeAlias = dict[str, torch.Tensor]

_WORDS: Final = 16
_ANSWER: Final = 8
_SAMPLES: Final = 8000
_FRAMES: Final = 200
_SIDE: Final = 224


def candidates(
    model: Any, preparation: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]
) -> list[Inputs]:
    """Inputs by name, those that the network most likely takes first.

    Args:
        model: the network, on any device; nothing is run.
        preparation: what ``preprocessor_config.json`` states.
        shapes: lengths that the user chose, by the input's name; empty for the main one.

    Raises:
        InputError: a shape was given for an input that the network does not have.
    """
    config, main = model.config, str(model.main_input_name)
    taken = list(inspect.signature(model.forward).parameters)
    made: list[Inputs] = []
    for kinds in _combinations(main, taken):
        for variant in _VARIANTS:
            inputs = {
                kind: _MAKERS[kind](config, preparation, variant)
                for kind in kinds
                if kind in _MAKERS
            }
            if inputs and not any(_alike(inputs, other) for other in made):
                made.append(inputs)
    if not made:
        made = [{main: torch.rand(1, _WORDS)}]
    return [_whole(inputs, main, taken, config, shapes) for inputs in made]


def _combinations(main: str, taken: Sequence[str]) -> list[tuple[str, ...]]:
    """The main input alone, then with each other kind that the network takes."""
    others = [kind for kind in _MAKERS if kind in taken and kind != main]
    return [(main,), *((main, other) for other in others)]


_VARIANTS: Final = (0, 1)
"""A picture, then a film; features by time, then time by features."""


def _ids(config: Any, _: Mapping[str, Any], __: int) -> torch.Tensor:
    return _words((1, _length(config, _WORDS)), config)


def _words(shape: tuple[int, ...], config: Any) -> torch.Tensor:
    """Small ids, the sign of the end last, which some networks look for."""
    text = _text(config)
    count = 1
    for length in shape:
        count *= length
    rows = max(2, int(getattr(text, "vocab_size", None) or 8))
    ids = (torch.arange(count) % max(1, min(8, rows) - 1) + 1).reshape(shape)
    end = getattr(text, "eos_token_id", None)
    if isinstance(end, int) and 0 <= end < rows and shape[-1] > 1:
        ids[..., -1] = end
    return ids


def _length(config: Any, wanted: int) -> int:
    text = _text(config)
    limits = [getattr(text, name, None) for name in ("max_position_embeddings", "n_positions")]
    known = [one for one in limits if isinstance(one, int) and one > 0]
    return min([wanted, *known])


def _text(config: Any) -> Any:
    return getattr(config, "text_config", None) or config


def _pixels(config: Any, preparation: Mapping[str, Any], variant: int) -> torch.Tensor:
    vision = getattr(config, "vision_config", None) or config
    stated = getattr(vision, "image_size", None)
    size = _side(stated) or _side(preparation.get("crop_size")) or _side(preparation.get("size"))
    channels = getattr(vision, "num_channels", None)
    shape = (channels if isinstance(channels, int) else 3, *(size or (_SIDE, _SIDE)))
    frames = getattr(vision, "num_frames", None)
    if variant and isinstance(frames, int):
        shape = (frames, *shape)
    return torch.rand(1, *shape)


def _side(said: Any) -> tuple[int, int] | None:
    """Height and width, however they are stated."""
    if isinstance(said, int):
        return said, said
    if isinstance(said, list | tuple) and len(said) == 2:
        return int(said[0]), int(said[1])
    if isinstance(said, Mapping):
        if {"height", "width"} <= said.keys():
            return int(said["height"]), int(said["width"])
        return _side(said.get("shortest_edge"))
    return None


def _features(config: Any, preparation: Mapping[str, Any], variant: int) -> torch.Tensor:
    """Spectra over time."""
    names = ("num_mel_bins", "input_feat_per_channel", "feature_size", "hidden_size")
    bands = next((getattr(config, name) for name in names if getattr(config, name, None)), 80)
    frames = 2 * (getattr(config, "max_source_positions", None) or 0)
    if variant == 0 and frames and getattr(config, "model_type", "") == "whisper":
        return torch.rand(1, bands, frames)
    return torch.rand(1, _FRAMES, int(preparation.get("feature_size") or bands))


def _samples(config: Any, _: Mapping[str, Any], variant: int) -> torch.Tensor:
    """Sound, or where the configuration states bands, its spectra."""
    bands, frames = getattr(config, "num_mel_bins", None), getattr(config, "max_length", None)
    if variant == 0 and isinstance(bands, int) and isinstance(frames, int):
        return torch.rand(1, frames, bands)
    return torch.rand(1, _SAMPLES) * 2 - 1


_MAKERS: Final[dict[str, Callable[[Any, Mapping[str, Any], int], torch.Tensor]]] = {
    "input_ids": _ids,
    "pixel_values": _pixels,
    "input_features": _features,
    "input_values": _samples,
}


def _whole(
    inputs: Inputs,
    main: str,
    taken: Sequence[str],
    config: Any,
    shapes: Mapping[str, tuple[int, ...]],
) -> Inputs:
    """The inputs with what belongs to them, in the shapes that the user chose."""
    made = dict(inputs)
    if getattr(config, "is_encoder_decoder", False) and "decoder_input_ids" in taken:
        ids = _words((1, _ANSWER), config)
        start = getattr(config, "decoder_start_token_id", None)
        if isinstance(start, int):
            ids[..., 0] = start
        made["decoder_input_ids"] = ids
    named = {name or main: shape for name, shape in shapes.items()}
    words = ("input_ids", "decoder_input_ids", "token_type_ids")
    for name, shape in named.items():
        if name not in taken:
            raise InputError(
                f"a shape was given for '{name}', which is no input of this network; it takes "
                f"{', '.join([*made, *(one for one in words if one in taken and one not in made)])}"
            )
        if "mask" in name:
            made[name] = torch.ones(shape, dtype=torch.long)
        else:
            made[name] = _words(shape, config) if name in words else torch.rand(shape)
    if "input_ids" in made and "attention_mask" in taken and "attention_mask" not in named:
        made["attention_mask"] = torch.ones_like(made["input_ids"])
    return {name: made[name] for name in taken if name in made}


def _alike(one: Inputs, other: Inputs) -> bool:
    return [(name, tensor.shape) for name, tensor in one.items()] == [
        (name, tensor.shape) for name, tensor in other.items()
    ]
