"""Finds the loader of a file among those that installed packages offer."""

from __future__ import annotations

import atexit
import importlib.metadata
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from cutaway.errors import BrokenFile, MissingPackage, UnknownFormat
from cutaway.graph import fold
from cutaway.loaders.base import LiveLoader, Loader, Model, Options, Report, TensorLoader
from cutaway.loaders.containers import is_archive, only_model, unpack
from cutaway.loaders.signatures import seen
from cutaway.settings import scratch
from cutaway.trace import Array

GROUP: Final = "cutaway.loaders"
"""The entry point group by which a package offers a loader."""

HEAD: Final = 4096
"""How many bytes of a file a loader is shown."""

_TITLES: Final = {
    "onnx": "ONNX",
    "keras": "Keras",
    "torch": "PyTorch",
    "huggingface": "Hugging Face folders",
    "tflite": "TFLite",
    "openvino": "TensorFlow, OpenVINO, Paddle",
    "trees": "XGBoost, LightGBM, scikit-learn",
    "coreml": "Core ML",
    "weights": "safetensors, GGUF, NumPy, weights in HDF5",
}
"""What each of Cutaway's own loaders opens, in the order in which they are asked."""

_LAST: Final = "weights"
"""Opens any file of arrays: asked when nobody, another package included, sees a network in it."""


def loaders() -> list[Loader]:
    """Every loader that an installed package offers: Cutaway's own first, any arrays last."""
    found: list[Loader] = []
    entries = importlib.metadata.entry_points(group=GROUP)
    for entry in sorted(entries, key=lambda entry: (_place(entry.name), entry.name)):
        try:
            found.append(entry.load())
        except Exception as problem:  # noqa: BLE001 - a broken package must not stop the others
            warnings.warn(f"the loader '{entry.name}' cannot be loaded: {problem}", stacklevel=2)
    if not found:
        raise MissingPackage(
            "no loader is installed: Cutaway's own come with the package; "
            "run pip install cutaway, or pip install -e . in a checkout"
        )
    return found


def _place(name: str) -> int:
    own = list(_TITLES)
    if name == _LAST:
        return len(own) + 1
    return own.index(name) if name in own else len(own)


def find(path: Path) -> Loader:
    """The loader of a file, judged by its content.

    Raises:
        BrokenFile: there is no such file, or it is empty or cannot be read.
        UnknownFormat: no loader recognizes it.
    """
    head = _head(path)
    known = loaders()
    return _matching(path, head, known) or _unknown(path, head, known)


def _matching(path: Path, head: bytes, known: list[Loader]) -> Loader | None:
    return next((loader for loader in known if loader.match(path, head)), None)


def _unknown(path: Path, head: bytes, known: list[Loader], *, archive: bool = False) -> NoReturn:
    titles = ", ".join(_TITLES.get(loader.name, loader.name) for loader in known)
    names = _listed(titles.split(", "))
    if kind := seen(path, head):
        raise UnknownFormat(f"{path.name} is {kind}; Cutaway opens {names}")
    if archive:
        raise UnknownFormat(f"{path.name} is a zip archive without a model; Cutaway opens {names}")
    if path.is_dir():
        raise UnknownFormat(
            f"{path.name} is a folder; wanted was a model file; Cutaway opens {names}"
        )
    raise UnknownFormat(
        f"no loader for '{path.name}' (first bytes {head[:8].hex(' ')}); Cutaway opens {names}"
    )


def open_model(
    path: Path, report: Report, options: Options | None = None, place: Path | None = None
) -> Model:
    """The model in a file; nothing in it is executed unless the options say that it may.

    A zip archive or a folder that is no model itself may hold one.

    Args:
        path: the file.
        report: told what is being done.
        options: what the user said; None for nothing.
        place: where an archive is unpacked, which is needed as long as the model; by default a
            folder of its own that lives as long as the process.

    Raises:
        ModelError: one of its kinds, in one sentence.
    """
    head, known = _head(path), loaders()
    said = options or Options()
    loader = _matching(path, head, known)
    if loader is not None:
        model = loader.open(path, report, said)
    elif path.is_dir():
        inner = only_model(path, _finder(known), _LAST) or _unknown(path, head, known)
        model = replace(find(inner).open(inner, report, said), home=inner)
    elif is_archive(path, head):
        model = _from_archive(path, report, said, place)
    else:
        _unknown(path, head, known)
    return replace(model, graph=fold(model.graph))


def _from_archive(path: Path, report: Report, options: Options, place: Path | None) -> Model:
    """The model in an archive, by the archive's name and of its size."""
    if place is None:
        place = scratch()
        atexit.register(shutil.rmtree, place, ignore_errors=True)
    known = loaders()
    folder = unpack(path, place / "unpacked", report)
    inner = folder
    if _matching(folder, b"", known) is None:
        found = only_model(folder, _finder(known), _LAST)
        inner = found or _unknown(path, b"", known, archive=True)
    model = find(inner).open(inner, report, options)
    facts = replace(model.facts, bytes=path.stat().st_size)
    return replace(model, name=path.name, facts=facts, home=inner)


def _finder(known: list[Loader]) -> Callable[[Path], Loader | None]:
    return lambda entry: _matching(entry, _head(entry), known)


def open_object(thing: object, example: Any, report: Report, options: Options) -> Model:
    """The model of a live object.

    Raises:
        UnknownFormat: no loader takes such an object.
        ModelError: one of its kinds, in one sentence.
        InputError: what goes into it cannot be guessed.
    """
    for loader in loaders():
        if hasattr(loader, "match_object"):
            live = cast("LiveLoader", loader)
            if live.match_object(thing):
                model = live.open_object(thing, example, report, options)
                return replace(model, graph=fold(model.graph))
    raise UnknownFormat(
        f"a file's path or a network was wanted; got a {type(thing).__name__}, which no loader "
        "takes; networks that are live objects may be torch.nn.Module"
    )


def read_tensor(content: bytes) -> Array | None:
    """The array of a file that holds one tensor in the way of ONNX; None where no loader reads it.

    Raises:
        ValueError: it is broken, said in a few words.
    """
    for loader in loaders():
        if hasattr(loader, "read_tensor"):
            return cast("TensorLoader", loader).read_tensor(content)
    return None


def _head(path: Path) -> bytes:
    """The first bytes of a file; none of a folder."""
    if path.is_dir():
        return b""
    if not path.exists():
        raise BrokenFile(f"there is no file {path}; give the path of a model")
    if not path.is_file():
        raise BrokenFile(f"{path} is a device or a pipe; give the path of a model file")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as problem:
        raise BrokenFile(
            f"{path} cannot be read: {problem.strerror}; check its rights"
        ) from problem
    if not head:
        raise BrokenFile(f"{path.name} is empty; fetch or export the model again")
    return head


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
