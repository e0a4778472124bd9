"""How long a tensor's first picture and its statistics take, against NumPy in the same process."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import psutil

from bench.measure import medians, memory, peak_of
from cutaway import pictures
from cutaway.graph import Value
from cutaway.session.tensors import TensorPictures

BINS = 64


@dataclass(frozen=True)
class Against:
    """Seconds of Cutaway and of NumPy for the same."""

    ours: float
    numpy: float
    beyond: float = 0.0
    """Bytes of memory beyond the tensor."""

    @property
    def ratio(self) -> float:
        """Of the seconds."""
        return self.ours / self.numpy


def first_picture() -> Against:
    """The first picture of a ``(1, 2048, 64, 64)`` float32 tensor, against one pass of NumPy."""
    array = np.random.default_rng(0).standard_normal((1, 2048, 64, 64), np.float32)
    value = Value(0, "x", array.shape, "float32", "activation", "NCHW")

    def ours() -> None:
        TensorPictures(value, array).answer(["overview", "128"], {})

    def theirs() -> None:
        array.min(), array.max(), array.mean(), np.histogram(array, BINS)

    return Against(*medians(ours, theirs))


def statistics(gigabytes: float = 1.0) -> Against:
    """Statistics of float32 numbers, against NumPy's functions called in turn."""
    array = np.random.default_rng(0).standard_normal(int(gigabytes * 2**28), np.float32)

    def theirs() -> None:
        array.min(), array.max(), array.mean(), array.std()
        np.histogram(array, BINS)
        np.percentile(array, pictures.PERCENTILES)

    def ours() -> None:
        pictures.statistics(array)

    before = memory(os.getpid())
    with peak_of(lambda: memory(os.getpid()), 0.02) as peak:
        ours()
    return Against(*medians(ours, theirs, times=3, warm=0), peak.bytes - before)


def sampled(gigabytes: float = 4.0) -> float:
    """Seconds to the sampled picture of so large a tensor in memory."""
    array = np.zeros((1, 1024, 1024, int(gigabytes * 256)), np.float32)
    array += 1
    value = Value(0, "x", array.shape, "float32", "activation", "NCHW")
    asked = {"sampled": "1"}
    (taken,) = medians(lambda: TensorPictures(value, array).answer(["overview", "128"], asked))
    return taken


if __name__ == "__main__":
    print(psutil.virtual_memory().available // 2**30, "GB free")
    picture = first_picture()
    print(f"first picture {picture.ours:.3f} s, NumPy {picture.numpy:.3f} s")
    held = statistics()
    print(f"statistics {held.ours:.2f} s, NumPy {held.numpy:.2f} s, ratio {held.ratio:.2f}")
    print(f"beyond the tensor {held.beyond / 1e6:.0f} MB; sampled {sampled():.3f} s")
