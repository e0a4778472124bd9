"""The numbers of a neural network's layers, which lie in the specification itself.

Source of the forms: NeuralNetwork.proto, ``WeightParams`` and ``QuantizationParams``.
"""
# pyright: standard

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from cutaway.errors import BrokenFile
from cutaway.trace import Array


def stored_count(weights: Any) -> int | None:
    """How many numbers are held; None where only the shape tells, as bits fill whole bytes."""
    if len(weights.floatValue):
        return len(weights.floatValue)
    if weights.float16Value:
        return len(weights.float16Value) // 2
    if weights.int8RawValue:
        return len(weights.int8RawValue)
    if weights.rawValue:
        bits = weights.quantization.numberOfBits
        return len(weights.rawValue) if bits == 8 else None
    return 0


def stored_dtype(weights: Any) -> str:
    """The dtype that the numbers are shown in: quantized ones as what they stand for."""
    return "float16" if weights.float16Value and not len(weights.floatValue) else "float32"


def reader(weights: Any, shape: tuple[int, ...], name: str) -> Callable[[], Array]:
    """What reads the numbers.

    Args:
        weights: a WeightParams, which is kept.
        shape: of the array.
        name: for messages.
    """

    def read() -> Array:
        array = _numbers(weights, math.prod(shape), shape, name).reshape(shape)
        array.flags.writeable = False
        return array

    return read


def _numbers(weights: Any, count: int, shape: tuple[int, ...], name: str) -> Array:
    if len(weights.floatValue):
        return np.array(weights.floatValue, np.float32)
    if weights.float16Value:
        return np.frombuffer(weights.float16Value, "<f2").astype(np.float16)
    if weights.int8RawValue:
        whole = np.frombuffer(weights.int8RawValue, np.int8)
        return _linear(whole, weights.quantization, shape, name)
    bits = int(weights.quantization.numberOfBits)
    whole = _unpacked(weights.rawValue, bits, count, name)
    if weights.quantization.HasField("lookupTableQuantization"):
        table = np.array(weights.quantization.lookupTableQuantization.floatValue, np.float32)
        if whole.size and int(whole.max()) >= table.size:
            raise BrokenFile(f"'{name}' asks for entry {int(whole.max())} of {table.size}")
        return table[whole]
    return _linear(whole, weights.quantization, shape, name)


def _linear(whole: Array, quantization: Any, shape: tuple[int, ...], name: str) -> Array:
    """Integers times scales plus biases: one for all, or one for each length of the first axis."""
    told = quantization.linearQuantization
    real = whole.astype(np.float32).reshape(shape[0] if shape else 1, -1)
    for numbers, neutral in ((told.scale, 1.0), (told.bias, 0.0)):
        if len(numbers) not in (0, 1, real.shape[0]):
            raise BrokenFile(
                f"'{name}' has {len(numbers)} scales for {real.shape[0]} channels; convert it again"
            )
        held = np.array(numbers if len(numbers) else [neutral], np.float32)[:, None]
        real = real * held if neutral else real + held
    return real


def _unpacked(raw: bytes, bits: int, count: int, name: str) -> Array:
    """Unsigned integers of one to eight bits, the highest bit first."""
    if not 1 <= bits <= 8 or len(raw) * 8 < count * bits:
        raise BrokenFile(
            f"'{name}' wants {count:,} numbers of {bits} bits, {len(raw):,} bytes are stored; "
            "convert it again"
        )
    if bits == 8:
        return np.frombuffer(raw, np.uint8, count)
    places = np.unpackbits(np.frombuffer(raw, np.uint8), count=count * bits).reshape(count, bits)
    return (places << np.arange(bits - 1, -1, -1, dtype=np.uint8)).sum(axis=1, dtype=np.uint8)
