"""What of a PyTorch file is refused before PyTorch sees it.

``torch.export.load`` unpickles objects, looks operators up by dotted names in the whole of the
``torch`` package, and hands expressions of lengths to SymPy, which evaluates them as Python.
"""
# pyright: standard

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, Final

import torch

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.archives import DAMAGED
from cutaway.loaders.swelling import check_archive

_LONGEST_PROGRAM: Final = 1 << 30

_CODE: Final = {".so", ".dll", ".dylib", ".py", ".pyc", ".o", ".cpp", ".cubin", ".ptx"}
_OBJECTS: Final = ("custom_obj", "opaque_obj")

_NAMESPACES: Final = r"(aten|prims|prim|quantized|quantized_decomposed|torchvision)"
_HIGHER: Final = (
    r"(cond|while_loop|scan|map|map_impl|associative_scan|wrap_with_set_grad_enabled|"
    r"wrap_with_autocast|invoke_subgraph|out_dtype|auto_functionalized|auto_functionalized_v2)"
)
_TARGETS: Final = re.compile(
    rf"torch\.ops\.{_NAMESPACES}\.\w+(\.\w+)?|torch\.ops\.higher_order\.{_HIGHER}|"
    r"_operator\.\w+|math\.\w+|torch\.(_sym_|sym_)\w+(\.\w+)?"
)
"""What a node of a program may call: operators, and arithmetic of lengths."""
_REACHING_OUT: Final = re.compile(r"torch\.ops\.aten\.(from_file|save|_save\w*|load\w*)(\.\w+)?")
"""Operators that read or write files."""
_EXPRESSION: Final = re.compile(r"(?:\d+(?:\.\d+)?|[A-Za-z]\w*|[\s+\-*/%(),<>=&|~])*")
_NAMES: Final = frozenset(
    "Max Min Mod PythonMod FloorDiv ModularIndexing CleanDiv CeilDiv IntTrueDiv FloatTrueDiv "
    "CeilToInt FloorToInt TruncToInt TruncToFloat RoundToInt RoundDecimal ToFloat Identity Where "
    "PowByNatural FloatPow LShift RShift Eq Ne Lt Le Gt Ge And "
    "Or Not Abs Add Mul Pow Integer Rational sqrt oo int_oo true false True False".split()
)
_SYMBOL: Final = re.compile(r"[a-z]{1,3}\d+")
_QUOTED: Final = re.compile(r"Symbol\('[a-z]{1,3}\d+'(, \w+=(True|False))*\)")
"""How SymPy writes a symbol: the only place where a quoted word is no program."""


def check_program(path: Path) -> None:
    """Refuse a ``.pt2`` archive that would run code, swell, or reach out of itself.

    Raises:
        BrokenFile: it is damaged.
        RefusedFile: it holds code, pickled objects, or calls what is no operator.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
            for member in archive.infolist():
                name = PurePosixPath(member.filename)
                if name.suffix.lower() in _CODE or name.name.startswith(_OBJECTS):
                    _refuse(path.name, f"holds {member.filename}, which is code or a pickle")
                if name.suffix == ".pt":
                    check_globals(io.BytesIO(archive.read(member)), path.name, member.filename)
                elif name.suffix == ".json":
                    _check_json(archive, member, path.name)
    except DAMAGED as problem:
        raise BrokenFile(f"{path.name} is damaged: {problem}; fetch or save it again") from problem


def check_globals(data: Any, name: str, inside: str = "") -> None:
    """Refuse what ``torch.save`` wrote where it names anything beyond tensors.

    Args:
        data: the file's path, or an open file.
        name: of the file.
        inside: the member of the file that is looked at.

    Raises:
        RefusedFile: the classes and functions that it would call, by name.
        BrokenFile: it is damaged.
    """
    where = f" at {inside}" if inside else ""
    try:
        found = torch.serialization.get_unsafe_globals_in_checkpoint(data)
    except Exception as problem:
        raise BrokenFile(
            f"{name} is damaged{where}: {_first_line(problem)}; fetch or save it again"
        ) from problem
    if found:
        named = ", ".join(sorted(found)[:5])
        raise RefusedFile(
            f"{name} needs code to be run when it is read{where}: {named}; save its state_dict, or "
            "an exported program (torch.export.save), or, where you trust its author, open it "
            "with --trust (trust=True in Python)"
        )


def _check_json(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    if member.file_size > _LONGEST_PROGRAM:
        _refuse(name, f"holds {member.filename} of {member.file_size:,} bytes")
    try:
        parsed = json.loads(archive.read(member))
    except (ValueError, RecursionError) as problem:
        raise BrokenFile(
            f"{name} is damaged at {member.filename}: {problem}; save it again"
        ) from problem
    for key, value in _entries(parsed):
        if key == "target" and isinstance(value, str):
            if _REACHING_OUT.fullmatch(value) or not _allowed(value):
                _refuse(name, f"calls {value[:80]!r}, which is no operator of a network")
        elif key == "expr_str" and isinstance(value, str):
            _check_expression(value, name)
        elif isinstance(value, dict) and "path_name" in value:
            _check_payload(archive, member, value, name)
        elif isinstance(value, str) and ("__enum__" in value or "default_factory" in value):
            _refuse(name, "takes inputs of classes of its own")


def _check_payload(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, entry: dict[str, Any], name: str
) -> None:
    """A tensor of the archive: plain numbers, or a pickle of nothing but a tensor."""
    place = str(entry["path_name"])
    if "/" in place or place.startswith(_OBJECTS):
        _refuse(name, f"holds an object that is no tensor ({place[:80]})")
    if entry.get("use_pickle"):
        beside = str(PurePosixPath(member.filename).parent / place)
        if beside not in archive.namelist():
            raise BrokenFile(f"{name} lacks {beside}; save it again")
        check_globals(io.BytesIO(archive.read(beside)), name, beside)


def _allowed(target: str) -> bool:
    """Whether a node may call it; names of parameters, without dots before them, pass too."""
    if target.startswith(("torch", "_operator", "math", "#")):
        return _TARGETS.fullmatch(target) is not None
    return True


def _check_expression(text: str, name: str) -> None:
    text = _QUOTED.sub("s0", text)
    words = re.findall(r"[A-Za-z_]\w*", text)
    known = all(word in _NAMES or _SYMBOL.fullmatch(word) for word in words)
    if not known or "__" in text or not _EXPRESSION.fullmatch(text):
        _refuse(name, f"computes a length by {text[:80]!r}, which is no arithmetic")


def _entries(parsed: Any) -> Iterator[tuple[str, Any]]:
    waiting: list[tuple[str, Any]] = [("", parsed)]
    while waiting:
        key, value = waiting.pop()
        yield key, value
        if isinstance(value, dict):
            waiting += [(str(inner), one) for inner, one in value.items()]
        elif isinstance(value, list):
            waiting += [(key, one) for one in value]


def _refuse(name: str, why: str) -> None:
    raise RefusedFile(
        f"{name} {why}; Cutaway does not open it: export the model again with torch.export.save, "
        "or, where you trust its author, open it with --trust (trust=True in Python)"
    )


def _first_line(problem: BaseException) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0][:300]
