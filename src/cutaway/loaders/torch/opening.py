"""Opens a PyTorch file as a Model."""
# pyright: standard

from __future__ import annotations

import importlib.util
import logging
import os
from pathlib import Path

from cutaway.errors import CutawayError, MissingPackage
from cutaway.loaders.base import Model, Options, Report
from cutaway.loaders.torch.recognition import format_of


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
    # Where PyTorch itself would unpickle more than tensors, it is told not to.
    if not options.trust:
        os.environ["TORCH_FORCE_WEIGHTS_ONLY_LOAD"] = "1"
    with path.open("rb") as file:
        what = format_of(path, file.read(64))
    report("starting PyTorch")
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
