"""A sound as its wave: one column of pixels for the samples of a moment, from lowest to highest."""

from __future__ import annotations

import numpy as np

from cutaway.pictures.paint import png
from cutaway.pictures.values import Array

_WIDTH, _HEIGHT = 384, 192
_GROUND, _LINE, _WAVE = (16, 18, 22), (70, 76, 88), (118, 190, 240)


def wave_ranges(samples: Array, columns: int) -> Array:
    """(2, columns, C) float32: lowest and highest sample of each column, in time.

    Args:
        samples: (T, C), at least one.
        columns: into how many pieces of the same length the sound is cut.
    """
    edges = np.linspace(0, len(samples), columns + 1).astype(np.int64)
    # A piece has one sample at least, where there are more columns than samples.
    starts = np.minimum(edges[:-1], len(samples) - 1)
    low = np.minimum.reduceat(samples, starts, axis=0)
    high = np.maximum.reduceat(samples, starts, axis=0)
    return np.stack([low, high]).astype(np.float32)


def waveform_png(samples: Array) -> bytes:
    """A PNG of the wave, 384 x 192 pixels, its channels one below another.

    Args:
        samples: (T, C) in -1..1; at most four channels are drawn.
    """
    channels = min(samples.shape[1], 4)
    pixels = np.full((_HEIGHT, _WIDTH, 3), _GROUND, np.uint8)
    ranges = np.clip(np.nan_to_num(wave_ranges(samples[:, :channels], _WIDTH)), -1, 1)
    band = _HEIGHT // channels
    rows = np.expand_dims(np.arange(band, dtype=np.int64), 1)
    for channel in range(channels):
        part = pixels[channel * band : (channel + 1) * band]
        middle = (band - 1) / 2
        part[round(middle)] = _LINE
        top = np.floor(middle - ranges[1, :, channel] * middle)
        bottom = np.ceil(middle - ranges[0, :, channel] * middle)
        part[(rows >= top) & (rows <= bottom)] = _WAVE
    return png(pixels)
