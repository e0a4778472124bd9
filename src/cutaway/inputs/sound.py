"""Sounds as samples: plain WAV by Python itself, everything else by PyAV."""

from __future__ import annotations

import wave
from fractions import Fraction
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from cutaway.errors import InputError
from cutaway.inputs import media
from cutaway.inputs.source import Source
from cutaway.inputs.video import clock

MOST_SAMPLES: Final = 1 << 26
"""Samples of all channels together that are read at most: a longer sound is read in part."""


def plain_wav(file: BinaryIO, name: str) -> Source | None:
    """The sound of a WAV file of whole numbers; None where it is of another kind.

    Raises:
        InputError: it is truncated or empty.
    """
    file.seek(0)
    try:
        opened = wave.open(file, "rb")  # noqa: SIM115 - the file is the caller's to close
        channels, width, rate = opened.getnchannels(), opened.getsampwidth(), opened.getframerate()
        frames = opened.getnframes()
        taken = min(frames, MOST_SAMPLES // max(1, channels))
        content = opened.readframes(taken)
    except wave.Error as problem:
        if "unknown format" in str(problem):
            return None
        raise InputError(media.broken("WAV sound", name, str(problem))) from problem
    except EOFError as problem:
        raise InputError(media.broken("WAV sound", name, "it ends in its header")) from problem
    held = len(content) // (channels * width)
    if held < taken:
        lacking = f"{frames:,} samples were announced, {held:,} are there"
        raise InputError(media.broken("WAV sound", name, lacking))
    samples = _unit(content, width).reshape(-1, channels)
    return _source(samples, rate, frames / rate if rate else 0, f"WAV, {8 * width} bit", name)


def _unit(content: bytes, width: int) -> npt.NDArray[np.float32]:
    """Whole numbers of some bytes each as float32 in -1..1."""
    if width == 1:
        unsigned = np.frombuffer(content, np.uint8).astype(np.float32)
        return ((unsigned - 128) / 128).astype(np.float32)
    if width == 3:
        # Three bytes as the upper three of four.
        parts = np.frombuffer(content, np.uint8).reshape(-1, 3)
        wide = np.zeros((len(parts), 4), np.uint8)
        wide[:, 1:] = parts
        return (wide.reshape(-1).view("<i4") / 2**31).astype(np.float32)
    whole = np.frombuffer(content, f"<i{width}")
    return (whole / 2 ** (8 * width - 1)).astype(np.float32)


def decoded(container: Any, stream: Any, kind: str, name: str) -> Source:
    """The sound of a file that PyAV has opened.

    Args:
        container: the file.
        stream: its sound.
        kind: what it is, in words.
        name: what to call it in messages.

    Raises:
        InputError: it ends far before its announced length, or holds no sample.
        FFmpegError: the file is broken.
    """
    import av

    context = stream.codec_context
    rate, layout = context.sample_rate, context.layout
    plain = av.AudioResampler(format="fltp", layout=layout, rate=rate)
    parts: list[npt.NDArray[np.float32]] = []
    samples, channels = 0, max(1, layout.nb_channels)
    for frame in container.decode(stream):
        for one in plain.resample(frame):
            parts.append(np.asarray(one.to_ndarray(), np.float32))
            samples += parts[-1].shape[1]
        if samples * channels >= MOST_SAMPLES:
            break
    announced = _seconds(container, stream)
    whole = samples * channels < MOST_SAMPLES
    if not parts or (whole and announced and samples / rate < 0.9 * announced - 0.5):
        lacking = f"{announced:.2f} s were announced, {samples / max(1, rate):.2f} s are there"
        raise InputError(media.broken(kind, name, lacking))
    joined = np.concatenate(parts, axis=1).T
    seconds = samples / rate if whole else max(announced, samples / rate)
    return _source(np.ascontiguousarray(joined), rate, seconds, str(context.name).upper(), name)


def _seconds(container: Any, stream: Any) -> float:
    """How long the sound is by its header; 0 where it does not say."""
    if stream.duration:
        return float(Fraction(stream.duration) * stream.time_base)
    return (container.duration or 0) / 1_000_000


def _source(
    samples: npt.NDArray[np.float32], rate: int, seconds: float, kind: str, name: str
) -> Source:
    if not samples.size or rate <= 0:
        raise InputError(f"wanted a sound, '{name}' holds no sample; record it again")
    channels = {1: "mono", 2: "stereo"}.get(samples.shape[1], f"{samples.shape[1]} channels")
    said = f"{kind}, {clock(seconds)} at {rate:,} Hz, {channels}"
    read = len(samples) / rate
    if read < seconds - 0.01:
        said += f", of which the first {clock(read)} were read"
    return Source(name, "audio", samples, None, None, None, said, rate=float(rate), seconds=seconds)
