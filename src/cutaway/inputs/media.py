"""Sounds and videos: recognized by their first bytes, opened by PyAV, plain WAV by Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Literal

from cutaway.errors import InputError
from cutaway.inputs.source import Source


@dataclass(frozen=True, slots=True)
class Kind:
    """A container of sound or video."""

    words: str
    """Its usual name."""
    demuxer: str
    """What FFmpeg calls its reader: no other is tried, some of which would open further files."""
    extra: str
    """The extra of Cutaway that reads it, where it is not installed."""


_WAV: Final = Kind("WAV sound", "wav", "audio")
_MP3: Final = Kind("MP3 sound", "mp3", "audio")
_STARTS: Final = (
    (b"fLaC", Kind("FLAC sound", "flac", "audio")),
    (b"ID3", _MP3),
    (b"OggS", Kind("Ogg sound or video", "ogg", "audio")),
    (b"\x1aE\xdf\xa3", Kind("Matroska or WebM video", "matroska", "video")),
    (b"FLV\x01", Kind("Flash video", "flv", "video")),
)
_AVIF: Final = frozenset({b"avif", b"avis"})
_HEIC: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"miaf"}
)
"""Brands of pictures that begin as an MP4 does."""


def recognized(head: bytes) -> Kind | None:
    """The container that a file's first bytes announce; None where they are of something else."""
    form = head[8:12]
    if head[:4] == b"RIFF" and form in (b"WAVE", b"AVI "):
        return _WAV if form == b"WAVE" else Kind("AVI video", "avi", "video")
    if head[:4] == b"FORM" and form in (b"AIFF", b"AIFC"):
        return Kind("AIFF sound", "aiff", "audio")
    if head[4:8] == b"ftyp" and picture_brand(head) is None:
        sound = form.startswith(b"M4A")
        return Kind(f"MPEG-4 {'sound' if sound else 'video'}", "mov", "audio" if sound else "video")
    if head[:1] == b"G" and len(head) > 376 and head[188] == head[376] == 0x47:
        return Kind("MPEG transport stream", "mpegts", "video")
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE6 in (0xE2, 0xE4):
        # Eleven bits set, layer II or III, a rate that is stated.
        return _MP3 if head[2] >> 4 not in (0, 15) and head[2] & 12 != 12 else None
    return next((kind for start, kind in _STARTS if head.startswith(start)), None)


def picture_brand(head: bytes) -> Literal["AVIF", "HEIC"] | None:
    """The sort of picture that a file holds which begins as an MP4 does; None for another file."""
    if head[4:8] != b"ftyp":
        return None
    major = head[8:12]
    if major not in _AVIF | _HEIC:
        return None
    # HEIC's general brands lead AVIF too: what it can be read as comes behind.
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {major, *(head[at : at + 4] for at in range(16, length - 3, 4))}
    return "AVIF" if brands & _AVIF else "HEIC"


def read(file: BinaryIO, kind: Kind, name: str, frame: int) -> Source:
    """The sound of a file, or one picture of its video.

    Args:
        file: at its beginning.
        kind: what it was recognized as.
        name: what to call it in messages.
        frame: which picture, from 0.

    Raises:
        InputError: it is truncated or broken, has no such frame, or needs PyAV, which is not
            installed.
    """
    from cutaway.inputs import sound, video

    if kind is _WAV and (plain := sound.plain_wav(file, name)) is not None:
        return plain
    av = library(kind, name)
    file.seek(0)
    try:
        # By the open file and one reader: nothing but these bytes is ever opened.
        with av.open(file, format=kind.demuxer, metadata_errors="ignore") as container:
            pictures = [one for one in container.streams.video if not _is_cover(one)]
            if pictures:
                return video.frame_of(container, pictures[0], name, frame)
            if container.streams.audio:
                return sound.decoded(container, container.streams.audio[0], kind.words, name)
    except av.error.FFmpegError as problem:
        raise InputError(broken(kind.words, name, str(problem))) from problem
    except (ValueError, EOFError, IndexError, MemoryError) as problem:
        raise InputError(broken(kind.words, name, str(problem))) from problem
    raise InputError(
        f"wanted sound or pictures, '{name}' holds neither or is truncated; choose another file"
    )


def broken(kind: str, name: str, problem: str) -> str:
    """The sentence for a file that ends too early or is damaged."""
    return f"wanted a whole {kind}, '{name}' is truncated or broken ({problem}); save it again"


def library(kind: Kind, name: str) -> Any:
    """PyAV, imported; raises InputError with the line that installs it."""
    try:
        import av
        import av.error  # pyright: ignore[reportUnusedImport] - of the module given
        import av.logging
    except ImportError as problem:
        raise InputError(
            f"'{name}' is {kind.words}, which PyAV reads, and it is not installed; "
            f"run pip install 'cutaway[{kind.extra}]'"
        ) from problem
    av.logging.set_level(av.logging.PANIC)  # what goes wrong is raised
    return av


def _is_cover(stream: Any) -> bool:
    """Whether a stream of pictures is the cover of a piece of music."""
    return bool(stream.disposition & _attached()) if hasattr(stream, "disposition") else False


def _attached() -> Any:
    from av.stream import Disposition

    return Disposition.attached_pic
