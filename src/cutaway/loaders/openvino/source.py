"""The files that a model lies in, each of them inside its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cutaway.errors import BrokenFile, RefusedFile, UnsupportedModel
from cutaway.loaders.openvino.description import Paddle, check_ir, paddle_program
from cutaway.loaders.openvino.recognition import (
    PADDLE_FOLDER,
    SAVED_MODEL,
    Format,
    content,
    recognized,
)

TITLES: Final[dict[Format, str]] = {
    "ir": "OpenVINO IR",
    "saved_model": "TensorFlow SavedModel",
    "frozen": "TensorFlow graph",
    "paddle": "PaddlePaddle",
}
_HEAD: Final = 4096


@dataclass(frozen=True)
class Source:
    """Where a model lies."""

    name: str
    """What it is called: the name of the file or folder that was given."""
    format: Format
    main: Path
    """What OpenVINO is given."""
    description: Path
    """The file that describes the network."""
    weights: Path | None = None
    """The file of its weights, where they lie in one beside it."""
    others: tuple[Path, ...] = ()
    """More files that belong to it."""

    @property
    def bytes(self) -> int:
        """Size on disk of all of them."""
        files = {self.description, *self.others, *filter(None, [self.weights])}
        return sum(file.stat().st_size for file in files)


def locate(path: Path) -> Source:
    """The files of a model, checked: none leaves its folder, none that is needed is missing.

    Args:
        path: what was given: a file or a folder.

    Raises:
        BrokenFile: a file is missing, or the description is damaged.
        RefusedFile: a file lies outside the folder, or the description names code.
        UnsupportedModel: OpenVINO does not read this kind.
    """
    head = b"" if path.is_dir() else _begin(path)
    found = recognized(path, head)
    if found == "ir":
        return _ir(path)
    if found == "saved_model":
        return _saved_model(path)
    if found == "frozen":
        return Source(path.name, "frozen", path, path)
    if found == "paddle_json":
        raise UnsupportedModel(
            f"{path.name} is a program of PaddlePaddle 3, which OpenVINO does not read; export it "
            "with FLAGS_enable_pir_api=0, which writes a .pdmodel, or convert it to ONNX"
        )
    if found == "paddle_weights":
        return _beside(path)
    if found == "paddle":
        return _paddle(path)
    raise BrokenFile(f"{path.name} is no model that OpenVINO reads; export it again")


def inside(file: Path, folder: Path, what: str) -> Path:
    """The file itself, where it lies in a folder once its links are followed.

    Args:
        file: to be read.
        folder: of the model.
        what: words for the file.

    Raises:
        RefusedFile: it lies elsewhere.
    """
    leads = file.resolve()
    # Where the model is itself a link, as in download caches, its data lies beside the original.
    if not leads.is_relative_to(folder.resolve()):
        raise RefusedFile(
            f"{what} {file.name} leads to {leads}, outside the model's folder, which Cutaway does "
            "not read; put the file itself there"
        )
    return file


def _begin(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _ir(path: Path) -> Source:
    sized = check_ir(path)
    real = path.resolve()
    for one in dict.fromkeys((path, real)):
        weights = one.with_suffix(".bin")
        if weights.is_file():
            if one is path and not weights.resolve().is_relative_to(real.parent):
                inside(weights, path.parent, "the file of weights")
            held = weights.stat().st_size
            if held < sized:
                raise BrokenFile(
                    f"the weights of {path.name} should end at byte {sized:,} of {weights.name}, "
                    f"which has {held:,}; fetch or export both files again"
                )
            return Source(path.name, "ir", path, path, weights)
    if sized:
        raise BrokenFile(
            f"the weights of {path.name} should lie in {path.with_suffix('.bin').name} beside it, "
            "which is missing; copy that file there too"
        )
    return Source(path.name, "ir", path, path)


def _saved_model(path: Path) -> Source:
    folder = path if path.is_dir() else path.parent
    file = folder / SAVED_MODEL
    if not path.is_dir() and path.name != SAVED_MODEL:
        raise BrokenFile(
            f"{path.name} is a TensorFlow SavedModel, which TensorFlow knows as {SAVED_MODEL} in "
            "a folder of its own; name it so"
        )
    inside(file, folder, "the file")
    others = sorted(one for one in (folder / "variables").glob("*") if one.is_file())
    for one in others:
        inside(one, folder, "the file of variables")
    name = path.name or folder.resolve().name
    return Source(name, "saved_model", folder, file, None, tuple(others))


def _beside(path: Path) -> Source:
    """The program that parameters belong to."""
    for ending in (".pdmodel", ".json"):
        program = path.with_suffix(ending)
        if program != path and program.is_file():
            head = _begin(program)
            if content(head, program.stat().st_size, program.name) in ("paddle", "paddle_json"):
                return locate(program)
    raise BrokenFile(
        f"{path.name} holds the parameters of a Paddle model, whose network should lie in "
        f"{path.with_suffix('.pdmodel').name} beside it; copy that file there too"
    )


def _paddle(path: Path) -> Source:
    """A program with its parameters in one file, or in a folder with a file for each."""
    if path.name == PADDLE_FOLDER:
        path = path.parent
    file = path / PADDLE_FOLDER if path.is_dir() else path
    program = paddle_program(file)
    if path.is_dir():
        return Source(path.resolve().name, "paddle", path, file, None, _each(program, path))
    weights = path.with_suffix(".pdiparams")
    if not program.parameters:
        return Source(path.name, "paddle", path, file)
    if not weights.is_file():
        raise BrokenFile(
            f"the parameters of {path.name} should lie in {weights.name} beside it, which is "
            "missing; copy that file there too"
        )
    folders = (path.parent, path.resolve().parent)
    if not any(weights.resolve().is_relative_to(folder.resolve()) for folder in folders):
        inside(weights, path.parent, "the file of parameters")
    return Source(path.name, "paddle", path, file, weights)


def _each(program: Paddle, folder: Path) -> tuple[Path, ...]:
    found: list[Path] = []
    for name in program.parameters:
        file = inside(folder / name, folder, f"the parameter '{name}' in")
        if not file.is_file():
            raise BrokenFile(
                f"the parameter '{name}' should lie in a file of its own in {folder.name}, which "
                "is missing; fetch or export the folder again"
            )
        found.append(file)
    return tuple(found)
