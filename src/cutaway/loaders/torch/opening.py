"""Opens a PyTorch file as a Model."""
# pyright: standard

from __future__ import annotations

import importlib.util
import logging
import os
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from cutaway.errors import CutawayError, MissingPackage
from cutaway.loaders.base import Model, Options, Report
from cutaway.loaders.torch.recognition import Format, format_of


def open_torch(path: Path, report: Report, options: Options) -> Model:
    """The model in a file; nothing in it is executed unless it is trusted.

    Raises:
        MissingPackage: PyTorch is missing.
        BrokenFile: the file is damaged.
        RefusedFile: reading it would run code.
        UnsupportedModel: it holds no network and no tensors.
    """
    if importlib.util.find_spec("torch") is None:
        raise MissingPackage(
            f"{path.name} is a PyTorch file, which needs PyTorch: pip install 'cutaway[torch]'"
        )
    with path.open("rb") as file:
        what = format_of(path, file.read(64))
    report("starting PyTorch")
    with nullcontext() if options.trust else _tensors_only():
        return _opened(what, path, report, options)


@contextmanager
def _tensors_only() -> Generator[None]:
    """PyTorch told to unpickle nothing but tensors, also where it would itself unpickle more."""
    before = os.environ.get(_FORCE)
    os.environ[_FORCE] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_FORCE]
        else:
            os.environ[_FORCE] = before


_FORCE: Final = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"


def _opened(what: Format | None, path: Path, report: Report, options: Options) -> Model:
    if what == "program":
        return _open_program(path, report, options)
    if what == "script":
        from cutaway.loaders.torch.script import open_script

        return open_script(path, report, options)
    from cutaway.loaders.torch.checkpoint import open_checkpoint

    return open_checkpoint(path, report, options, legacy=what == "legacy")


def _open_program(path: Path, report: Report, options: Options) -> Model:
    import torch

    from cutaway.loaders.torch.live import as_model, broken
    from cutaway.loaders.torch.program import read_program
    from cutaway.loaders.torch.runner import ProgramRunner
    from cutaway.loaders.torch.safety import check_program

    if not options.trust:
        report("checking the archive")
        check_program(path)
    report("reading the program")
    quiet = logging.getLogger("torch")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)
    try:
        program = read_program(torch.export.load(path), path.name)
    except CutawayError:
        raise
    except Exception as problem:
        raise broken(path.name, problem) from problem
    finally:
        quiet.setLevel(level)
    size = path.stat().st_size
    return as_model(path.name, program.structure, lambda: ProgramRunner(program), "", size)
