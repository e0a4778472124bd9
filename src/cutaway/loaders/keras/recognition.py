"""Whether a file is of a format that Keras writes; does not need Keras."""
# pyright: standard

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

from cutaway.loaders.archives import member_names

_HDF5: Final = b"\x89HDF\r\n\x1a\n"
_FIRST_BLOCK: Final = 512
CONFIG: Final = "config.json"
WEIGHTS: Final = "model.weights.h5"


def is_hdf5(path: Path, head: bytes) -> bool:
    """Whether the HDF5 signature is at byte 0, 512, 1,024, 2,048, ...: after a block of the user's.

    Args:
        path: the file.
        head: its first bytes.
    """
    if head.startswith(_HDF5):
        return True
    at, size = _FIRST_BLOCK, path.stat().st_size
    with path.open("rb") as file:
        while at + len(_HDF5) <= size:
            file.seek(at)
            if file.read(len(_HDF5)) == _HDF5:
                return True
            at *= 2
    return False


def holds_network(path: Path) -> bool:
    """Whether an HDF5 file holds more than weights: the configuration of a whole model.

    Where that cannot be seen, because the file is damaged or h5py is missing, it is taken for one.
    """
    if importlib.util.find_spec("h5py") is None:
        return True
    import h5py

    try:
        with h5py.File(path) as file:
            return "model_config" in file.attrs
    except (OSError, RuntimeError, KeyError, ValueError):
        return True


def is_keras_archive(path: Path, head: bytes) -> bool:
    """Whether the file is a zip archive that holds a configuration and weights."""
    if not head.startswith(b"PK"):
        return False
    names = member_names(path)
    if names is None:
        # The table of contents stands at the end: a truncated archive has its first member only.
        return b"metadata.json" in head[:64] or b"config.json" in head[:64]
    return CONFIG in names and any(name.startswith("model.weights") for name in names)
