"""What is small in a file and huge when it is read."""

from __future__ import annotations

import zipfile
from typing import Final

from cutaway.errors import BrokenFile, RefusedFile

_SWELLING: Final = 50
"""How many times its size in the file a compressed member or data set may take when read."""
_HARMLESS: Final = 64 << 20
"""So many bytes are read in any case."""


def check_swelling(size: int, stored: int, name: str, place: str) -> None:
    """Refuse what is small in a file and huge when it is read.

    Raises:
        RefusedFile: ``size`` is more than 64 MiB and more than 50 times ``stored``.
    """
    if size > max(_HARMLESS, _SWELLING * stored):
        raise RefusedFile(
            f"{name} would swell at {place} from {stored:,} bytes to {size:,}, which no model "
            "does by honest means; save the model again without compression"
        )


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip archive whose members swell, or are damaged or encrypted.

    Raises:
        RefusedFile: a member swells.
        BrokenFile: a member is encrypted.
    """
    for member in archive.infolist():
        check_swelling(member.file_size, member.compress_size, name, member.filename)
        if member.flag_bits & 1:
            raise BrokenFile(f"{name} is encrypted at {member.filename}; save it without")
