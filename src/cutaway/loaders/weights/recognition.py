"""Which files hold weights, judged by content."""
# pyright: standard

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

from cutaway.loaders.keras.recognition import is_hdf5

Format: TypeAlias = Literal["safetensors", "index", "folder", "gguf", "npy", "npz", "hdf5"]

_ZIP: Final = b"PK\x03\x04"


def recognized(path: Path, head: bytes) -> Format | None:
    """The format of a file or folder of weights; None where it is none.

    Args:
        path: the file or folder.
        head: its first bytes; empty for a folder.
    """
    if path.is_dir():
        return "folder" if _is_folder(path) else None
    if head[:4] == b"GGUF":
        return "gguf"
    if head[:6] == b"\x93NUMPY":
        return "npy"
    if _is_safetensors(head):
        return "safetensors"
    if _is_index(head):
        return "index"
    if _is_npz(head):
        return "npz"
    return "hdf5" if is_hdf5(path, head) else None


def _is_folder(path: Path) -> bool:
    from cutaway.loaders.weights.shards import INDEX, SHARD

    try:
        return any(next(path.glob(pattern), None) for pattern in (INDEX, SHARD))
    except OSError:
        return False


def _is_safetensors(head: bytes) -> bool:
    """A length, and JSON behind it that describes tensors, or that is not there as a whole."""
    length = int.from_bytes(head[:8], "little")
    if head[8:9] != b"{" or length < 2:
        return False
    text = head[8 : 8 + length]
    return b'"data_offsets"' in text or b'"__metadata__"' in text or text.strip() == b"{}"


def _is_index(head: bytes) -> bool:
    return head.lstrip()[:1] == b"{" and b'"weight_map"' in head and b".safetensors" in head


def _is_npz(head: bytes) -> bool:
    """A zip archive whose first member is an array: told by its head, so cut-off ones are too."""
    first = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    return head[:4] == _ZIP and first.endswith(b".npy")
