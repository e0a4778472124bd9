"""One frame of a video, found without decoding those far before it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np

from cutaway.errors import InputError
from cutaway.inputs.decoding import MOST_PIXELS, no_such_frame, too_large
from cutaway.inputs.source import Source

_NEAR: Final = 12
"""Frames from the beginning that are decoded rather than sought."""

_FARTHEST: Final = 20_000
"""Frames that are decoded for one at most: more lie between no two key frames of a sound file."""


def frame_of(container: Any, stream: Any, name: str, frame: int) -> Source:
    """A frame of a video as a picture.

    Frame ``k`` is the one shown at ``k`` divided by the rate.

    Args:
        container: opened by PyAV.
        stream: its pictures.
        name: what to call it in messages.
        frame: which, from 0.

    Raises:
        InputError: there is no such frame, it is too large, or cannot be reached.
        FFmpegError: the file is broken.
    """
    if stream.codec_context is None:
        raise ValueError("its pictures are packed in a way that is not known")
    if stream.width * stream.height > MOST_PIXELS:
        raise InputError(too_large(name, f"{stream.width} x {stream.height}"))
    rate = Fraction(stream.average_rate or stream.guessed_rate or stream.base_rate or 25)
    frames = _count(container, stream, rate)
    if frame >= frames:
        raise InputError(no_such_frame(name, frame, frames))
    begun = Fraction(stream.start_time or 0) * stream.time_base
    picture = _found(container, stream, frame, rate, begun)
    if picture is None:
        raise InputError(
            f"frame {frame:,} of '{name}' cannot be reached: the file ends before it or is broken; "
            "choose an earlier one"
        )
    array = np.ascontiguousarray(picture.to_ndarray(format="rgb24"))
    turned = round(getattr(picture, "rotation", 0) / 90) % 4
    if turned:
        array = np.ascontiguousarray(np.rot90(array, turned))
    height, width = array.shape[:2]
    codec = str(stream.codec_context.name).upper()
    said = (
        f"video ({codec}), {width} x {height}, frame {frame:,} of {frames:,} at "
        f"{clock(float(frame / rate))}"
    )
    return Source(
        name, "image", array, width, height, "RGB", said,
        frames=frames, frame=frame, rate=float(rate), seconds=float(frames / rate),
    )  # fmt: skip


def clock(seconds: float) -> str:
    """A time as a player shows it: ``1:02:03.50``."""
    whole = int(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    rest = f"{seconds % 60:05.2f}"
    return f"{hours}:{minutes:02}:{rest}" if hours else f"{minutes}:{rest}"


def _count(container: Any, stream: Any, rate: Fraction) -> int:
    """How many frames there are: stated, else by the length, else counted without decoding."""
    if stream.frames:
        return int(stream.frames)
    if stream.duration:
        return max(1, round(stream.duration * stream.time_base * rate))
    if container.duration:
        return max(1, round(Fraction(container.duration, 1_000_000) * rate))
    packets = sum(1 for packet in container.demux(stream) if packet.size)
    container.seek(0)
    return max(1, packets)


def _found(container: Any, stream: Any, frame: int, rate: Fraction, begun: Fraction) -> Any:
    """The decoded frame; None where the file ends before it."""
    if frame >= _NEAR:
        wanted = (begun + frame / rate) / stream.time_base
        container.seek(int(wanted), stream=stream, backward=True)
        found, sure = _from_here(container, stream, frame, rate, begun)
        if sure:
            return found
        container.seek(0)
        stream.codec_context.flush_buffers()
    elif frame == 0:
        return next(_frames(container, stream), None)
    return _from_here(container, stream, frame, rate, begun)[0]


def _from_here(
    container: Any, stream: Any, frame: int, rate: Fraction, begun: Fraction
) -> tuple[Any, bool]:
    """The first frame at or after the wanted one's time, and whether the way there began before."""
    last, place = None, Fraction(-_NEAR)
    for count, picture in enumerate(_frames(container, stream)):
        # Half a frame early counts: times are rounded to the container's clock.
        place = count if picture.pts is None else (picture.pts * stream.time_base - begun) * rate
        if place >= frame - Fraction(1, 2):
            return picture, count > 0 or place < frame + Fraction(1, 2)
        last = picture
    # The last frame may be shown a little longer than the others; a file may also be cut off.
    near = last is not None and place >= frame - 2
    return (last if near else None), near


def _frames(container: Any, stream: Any) -> Iterator[Any]:
    for count, picture in enumerate(container.decode(stream)):
        if count > _FARTHEST:
            return
        yield picture
