"""An input made here, where the user has given none: plausible, the same each time, said so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs.target import Resolved, Target, as_dtype, described, resolved

_SEED = 20170825
"""Any number would do; one number makes every run alike."""

_RATES = ("sample_rate", "sampling_rate", "sr")
"""Usual names of an input that wants a sample rate, where zero would make no sense."""


_RATE = 16_000


SYNTHETIC = ("usual", "noise", "constant", "gradient")
"""What can be made where no file is given."""

_DIRECTIONS = ("right", "down")
"""Ways of a gradient, beside the one to the lower right."""


def synthetic(target: Target, kind: str = "usual") -> tuple[npt.NDArray[Any], str]:
    """An array that the input takes, and one sentence on what it is.

    A picture is a smooth gradient with rings and some noise in the stated range (0..1 where none
    is stated, 0..255 for bytes); other floats are smooth waves in -1..1 with noise; whole numbers
    are small ids, less than ``rows`` of the hints; truth values are all true; words are empty.

    The other kinds fill the stated range: even noise, its middle, or a way from the lowest upper
    left to the highest lower right; they are the same for words and truth values.

    Args:
        target: what the input wants.
        kind: one of ``SYNTHETIC``. Behind a colon may stand the seed of noise (``noise:7``), the
            value of a constant (``constant:0.2``), the way of a picture's gradient
            (``gradient:right``, ``gradient:down``).

    Raises:
        InputError: the input is no tensor, or there is no such kind, or what stands behind the
            colon is none of these.
    """
    kind, _, more = kind.partition(":")
    if kind not in SYNTHETIC or (more and kind == "usual"):
        raise InputError(
            f"a synthetic input is {', '.join(SYNTHETIC[1:])}, or the usual mixture; got "
            f"'{f'{kind}:{more}' if more else kind}'"
        )
    wanted = resolved(target)
    dtype = as_dtype(target)
    array, what = _made(target, wanted, dtype)
    if kind != "usual" and dtype.kind not in "Ob":
        array, what = _plain(target, wanted, dtype, kind, more)
    said = "; ".join((f"synthetic: {what}, {described(array.shape, dtype.name)}", *wanted.said))
    return array, said


def default_for(target: Target) -> npt.NDArray[Any]:
    """An array for an input beside the main one, as ``stated_default`` has it."""
    return stated_default(target)[0]


def stated_default(target: Target) -> tuple[npt.NDArray[Any], str]:
    """An array for an input beside the main one, and what it holds, in words.

    A mask is of ones, positions count from 0, a sample rate is 16,000; all else is zeros.

    Raises:
        InputError: the input is no tensor.
    """
    dtype = as_dtype(target)
    if target.shape is not None and dtype.kind == "f":
        # A state that is carried along: an axis without length or name is the batch's.
        shape = tuple(1 if length is None else length for length in target.shape)
        target = replace(target, shape=shape)
    shape = resolved(target).shape
    if dtype.kind == "O":
        return np.full(shape, "", object), "empty words"
    if dtype.kind == "b":
        return np.ones(shape, dtype), "all true"
    name = target.name.lower().rpartition("/")[2].partition(":")[0]
    if "position" in name and dtype.kind in "iu" and shape:
        places = np.arange(shape[-1]) % _rows(target, shape[-1])
        return np.array(np.broadcast_to(places, shape), dtype), "positions, counted from 0"
    if "mask" in name:
        return np.ones(shape, dtype), "a mask of ones"
    if name in _RATES:
        return np.full(shape, _RATE, dtype), f"a sample rate of {_RATE:,}"
    return np.zeros(shape, dtype), "zeros"


def _rows(target: Target, otherwise: int) -> int:
    """How many rows the table has that the input chooses from."""
    return max(1, int(target.hints.get("rows", otherwise)))


def _made(target: Target, wanted: Resolved, dtype: np.dtype[Any]) -> tuple[npt.NDArray[Any], str]:
    shape = wanted.shape
    if dtype.kind == "O":
        return np.full(shape, "", object), "empty words"
    if dtype.kind == "b":
        return np.ones(shape, dtype), "all true"
    if wanted.order is not None and (dtype.kind not in "iu" or dtype.itemsize == 1):
        low, high = _range(target, dtype)
        unit = _placed(_picture(wanted), wanted)
        scaled = unit * (high - low) + low
        if dtype.kind in "iu":
            scaled = np.rint(scaled)
        return scaled.astype(dtype), f"gradient, rings and noise in {low:g}..{high:g}"
    if dtype.kind in "iu":
        count = min(8, _rows(target, 8))
        ids = np.arange(int(np.prod(shape))).reshape(shape) % count
        return ids.astype(dtype), f"whole numbers 0 to {count - 1} in turn"
    return _waves(shape).astype(dtype), "waves and noise in -1..1"


def _plain(
    target: Target, wanted: Resolved, dtype: np.dtype[Any], kind: str, more: str
) -> tuple[npt.NDArray[Any], str]:
    """Noise, one number or a gradient over the range of the values."""
    low, high = _ends(target, wanted, dtype)
    if kind == "constant":
        number = _number(more, dtype) if more else (low + high) / 2
        scaled = np.full(wanted.shape, number)
        said = f"{number:g}"
    else:
        noise = kind == "noise"
        unit = _noise(wanted, more) if noise else _gradient(wanted, more)
        scaled = unit * (high - low) + low
        told = f", seed {more}" if noise else f", {more}"
        said = f"in {low:g}..{high:g}{told if more else ''}"
    array = np.rint(scaled) if dtype.kind in "iu" else scaled
    return array.astype(dtype), f"{kind} {said}"


def _noise(wanted: Resolved, seed: str) -> npt.NDArray[np.float64]:
    if seed and not (seed.isascii() and seed.isdecimal()):
        raise InputError(
            f"the seed of noise is a whole number, 0 or more; got '{seed}': try noise:7"
        )
    return np.random.default_rng(int(seed) if seed else _SEED).random(wanted.shape)


def _number(text: str, dtype: np.dtype[Any]) -> float:
    """The value of a constant, where the input's numbers can be it."""
    try:
        number = float(text)
    except ValueError:
        raise InputError(f"a constant is one number; got '{text}': try constant:0.5") from None
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        if not (number.is_integer() and limits.min <= number <= limits.max):
            raise InputError(
                f"this input takes whole numbers from {limits.min} to {limits.max}; got {text}: "
                "choose one of them"
            )
    elif not np.isfinite(number) or abs(number) > _largest(dtype):
        raise InputError(f"a constant of {dtype.name} is finite; got {text}: choose a smaller one")
    return number


def _largest(dtype: np.dtype[Any]) -> float:
    """The largest number of a floating-point type; of one that NumPy lacks, that of float32."""
    return float(np.finfo(dtype if dtype.kind == "f" else np.float32).max)


def _gradient(wanted: Resolved, way: str) -> npt.NDArray[np.float64]:
    if way and way not in _DIRECTIONS:
        raise InputError(
            f"a gradient goes {' or '.join(_DIRECTIONS)}, or by itself to the lower right; got "
            f"'{way}'"
        )
    if wanted.order is None:
        if way:
            raise InputError(
                f"only a picture's gradient can go {way}; this input takes none: ask for gradient"
            )
        return np.linspace(0, 1, int(np.prod(wanted.shape))).reshape(wanted.shape)
    y = np.linspace(0, 1, wanted.height)[:, None, None]
    x = np.linspace(0, 1, wanted.width)[None, :, None]
    lying = {"right": x, "down": y}.get(way, (x + y) / 2)
    return _placed(np.broadcast_to(lying, (wanted.height, wanted.width, wanted.channels)), wanted)


def _ends(target: Target, wanted: Resolved, dtype: np.dtype[Any]) -> tuple[float, float]:
    """The lowest and highest value of what is made."""
    if dtype.kind in "iu" and (wanted.order is None or dtype.itemsize > 1):
        return 0.0, float(_rows(target, 8) - 1)
    return (-1.0, 1.0) if wanted.order is None else _range(target, dtype)


def _range(target: Target, dtype: np.dtype[Any]) -> tuple[float, float]:
    stated = target.hints.get("range")
    if stated is not None:
        return float(stated[0]), float(stated[1])
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return float(limits.min), float(limits.max)
    return 0.0, 1.0


def _picture(wanted: Resolved) -> npt.NDArray[np.float64]:
    """(H, W, C) in 0..1, another phase of rings for each channel."""
    y = np.linspace(0, 1, wanted.height)[:, None, None]
    x = np.linspace(0, 1, wanted.width)[None, :, None]
    phase = np.arange(wanted.channels)[None, None, :] / max(wanted.channels, 1)
    rings = np.cos(2 * np.pi * (4 * np.hypot(x - 0.4, y - 0.5) - phase))
    noise = np.random.default_rng(_SEED).random((wanted.height, wanted.width, wanted.channels))
    return 0.4 * (x + y) / 2 + 0.2 * (rings + 1) + 0.2 * noise


def _placed(picture: npt.NDArray[Any], wanted: Resolved) -> npt.NDArray[Any]:
    """The picture in the input's axes, once for each place of the batch."""
    order = (wanted.order or "").replace("N", "")
    if order == "F":
        lying = picture.reshape(-1)
    elif order == "HW":
        lying = picture[:, :, 0]
    else:
        lying = picture.transpose(["HWC".index(letter) for letter in order])
    return np.array(np.broadcast_to(lying, wanted.shape))


def _waves(shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """Three slow waves along the flattened array and a little noise, in -1..1."""
    t = np.linspace(0, 2 * np.pi, int(np.prod(shape)))
    waves = (np.sin(3 * t) + np.sin(17 * t) + np.sin(61 * t)) / 3
    noise = np.random.default_rng(_SEED).uniform(-1, 1, t.shape)
    return (0.8 * waves + 0.2 * noise).reshape(shape)
