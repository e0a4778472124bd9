"""Sound that a network gives: waves, how they look, and the file to listen to."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen, Whole
from cutaway.outputs.signs import says, span

RATE: Final = 16_000
"""Samples a second where nothing says otherwise."""
_LEAST: Final = 256
"""A shorter output is no sound."""
_RATE: Final = re.compile(r"sample_?rate\D{0,4}(\d{4,6})|(?<!\d)(8|16|22\.05|24|44\.1|48)_?khz")


def recognize(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """(N, T), (N, 1, T) or (N, C, T) of a network that takes a sound or is named for one."""
    for output in outputs:
        long = [length for length in output.shape if length > 2]
        if output.array.dtype.kind not in "fiV" or len(long) != 1 or not long[0] >= _LEAST:
            continue
        low, high = span(output.one)
        most = 40_000 if output.array.dtype.kind == "i" else 4
        waving = low < 0 < high and max(-low, high) <= most
        heard = 0 < _heard(seen) <= long[0] * 8 and long[0] >= 4_000
        named = says(output.name, "audio", "wave(form)?", "sound", "speech", "pcm", "wav")
        if not (forced or (waving and (named or heard))):
            continue
        rate, said = rate_of(seen)
        why = f"'{output.name}' is a long row of {long[0]:,} numbers around 0: a sound"
        why += f" of {rate:,} samples a second" + ("" if said else ", which is assumed")
        settings = {"output": output.value, "rate": rate}
        return [Guess("sound", "Sound", why, (output.value,), settings)]
    return []


def _heard(seen: Seen) -> int:
    """Samples that were fed; 0 where what was fed is no sound."""
    fed = seen.fed
    if fed is None or fed.dtype.kind != "f" or seen.size is not None:
        return 0
    longest = max(fed.shape, default=0)
    return longest if longest >= _LEAST else 0


def rate_of(seen: Seen) -> tuple[int, bool]:
    """Samples a second, and whether the model says so."""
    found = _RATE.search(seen.words)
    if found is None:
        return RATE, False
    return (int(found[1]), True) if found[1] else (round(float(found[2]) * 1000), True)


def waves(settings: Mapping[str, Any], seen: Seen) -> Floats:
    """(C, T) of the output, floats in -1..1 where it is whole numbers."""
    output = seen.by_value[settings["output"]]
    array = output.array
    one = np.asarray(output.one if array.ndim > 1 else array, np.float64)
    lengths = [length for length in one.shape if length > 2]
    stereo = one.size == 2 * lengths[-1]
    held = one.reshape(2, -1) if stereo and one.shape[-1] != 2 else one.reshape(-1, 2).T
    held = held if stereo else one.reshape(1, -1)
    return held / 32768 if array.dtype.kind == "i" else held


def flats(settings: Mapping[str, Any], seen: Seen, sample: int) -> list[int]:
    """Where in the output the numbers of one sample lie, a channel each, in row-major order."""
    output = seen.by_value[settings["output"]]
    channels, length = waves(settings, seen).shape
    whole = output.array.ndim == 1
    last = (output.array if whole else output.one).shape[-1]
    start = 0 if whole else output.base
    if channels == 2 and last == 2:
        return [start + 2 * sample, start + 2 * sample + 1]
    return [start + channel * length + sample for channel in range(channels)]


def ranges(samples: Floats, columns: int) -> Array:
    """(C, columns, 2) float32 least and largest of equally long pieces; NaN counts as silence."""
    length = samples.shape[1]
    columns = max(1, min(columns, length))
    starts: Whole = np.arange(columns, dtype=np.int64) * length // columns
    clean = np.nan_to_num(samples)
    low = np.minimum.reduceat(clean, starts, axis=1)
    high = np.maximum.reduceat(clean, starts, axis=1)
    return np.stack([low, high], axis=-1).astype(np.float32)


def spectrogram(samples: Floats, rate: int, columns: int = 640) -> Array:
    """(F, columns) decibels of the first channel, low frequencies first, 25 ms a window.

    The short-time Fourier transform with Hann's window; 0 dB is the loudest, -80 the floor.
    """
    signal = np.nan_to_num(samples[0])
    window = int(min(max(64, 2 ** round(np.log2(rate * 0.025))), max(64, signal.size)))
    if signal.size < window:
        signal = np.pad(signal, (0, window - signal.size))
    starts = np.unique(np.linspace(0, signal.size - window, columns).astype(np.intp))
    framed = signal[starts[:, None] + np.arange(window)] * np.hanning(window)
    power = np.abs(np.fft.rfft(framed, axis=1)) ** 2
    loudest = float(power.max()) or 1.0
    return np.clip(10 * np.log10(np.maximum(power / loudest, 1e-8)), -80, 0).T


def wav(samples: Floats, rate: int) -> bytes:
    """A WAV file of 16 bits; what is louder than 1 is brought down to it as a whole."""
    clean = np.nan_to_num(samples)
    loudest = float(np.abs(clean).max(initial=0.0))
    whole = np.rint(clean / max(1.0, loudest) * 32767).astype("<i2")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(whole.shape[0])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(whole.T.tobytes())
    return out.getvalue()
