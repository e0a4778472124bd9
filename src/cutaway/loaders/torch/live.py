"""A live module as a Model."""
# pyright: standard

from __future__ import annotations

from dataclasses import replace
from typing import Any

import torch

from cutaway.errors import BrokenFile, CutawayError, UnknownKey, UnsupportedModel
from cutaway.loaders.base import Facts, Model, Options, Report
from cutaway.loaders.torch.example import example_of
from cutaway.loaders.torch.exporting import exported
from cutaway.loaders.torch.program import read_program
from cutaway.loaders.torch.recording import record
from cutaway.loaders.torch.recording_runner import RecordingRunner
from cutaway.loaders.torch.runner import ProgramRunner
from cutaway.loaders.torch.structure import Structure
from cutaway.trace import Array, Runner


def open_module(
    module: torch.nn.Module, given: Any, report: Report, options: Options, name: str = ""
) -> Model:
    """A module, which is left exactly as it is found.

    Args:
        module: in any mode.
        given: what to trace it with: a tensor, a tuple, a dictionary, or None for a guess.
        report: told what is being done.
        options: shapes of the inputs, where nothing was given.
        name: what to call it; by default its class.

    Raises:
        InputError: nothing was given, and what goes in cannot be guessed.
        UnsupportedModel: it cannot be traced, with PyTorch's own words.
    """
    called = name or type(module).__name__
    example, said = example_of(module, given, options.shapes)
    report("tracing the operators")
    try:
        program = read_program(exported(module, example), called)
        structure: Structure = program.structure

        def start() -> Runner:
            return ProgramRunner(program)
    except Exception as problem:  # noqa: BLE001 - whatever it was, a run may still do
        report("running once to see the operators")
        try:
            recording = record(module, example)
        except CutawayError:
            raise
        except Exception as failed:
            raise UnsupportedModel(
                f"{called} could neither be exported ({first_line(problem)}) nor run "
                f"({first_line(failed)}); give it another example or another shape"
            ) from failed
        structure = recording.structure
        why = f"recorded from one run, since torch.export gave up: {first_line(problem)}"
        structure = _noted(structure, why)

        def start() -> Runner:
            return RecordingRunner(module, recording)

    return as_model(called, structure, start, said, size=0)


def as_model(name: str, structure: Structure, start: Any, said: str, size: int) -> Model:
    """A Model of a structure and what runs it.

    Args:
        name: of the file or the class.
        structure: the graph and its weights.
        start: makes the Runner.
        said: a sentence for the user, or nothing.
        size: bytes on disk.
    """

    def weight(value: int) -> Array:
        if value not in structure.weights:
            raise UnknownKey(f"value {value} is no weight of this model")
        try:
            return structure.weight(value)
        except TypeError as problem:
            raise UnknownKey(f"weight {value} cannot be shown: {problem}") from problem

    values = structure.graph.values
    parameters = sum(
        structure.weights[number].numel()
        for number in structure.weights
        if values[number].what == "weight"
    )
    facts = Facts("PyTorch", None, size, parameters, {"torch": torch.__version__})
    return Model(name, facts, _noted(structure, said).graph, weight, start)


def _noted(structure: Structure, said: str) -> Structure:
    if not said:
        return structure
    graph = replace(structure.graph, notes=(*structure.graph.notes, said))
    return replace(structure, graph=graph)


def first_line(problem: BaseException) -> str:
    """What went wrong, in one line of at most 300 characters."""
    lines = [line.strip() for line in str(problem).splitlines() if line.strip()]
    return (lines or [type(problem).__name__])[0][:300]


def broken(name: str, problem: BaseException) -> BrokenFile:
    """The error of a file that PyTorch does not read."""
    return BrokenFile(
        f"{name} cannot be read by PyTorch {torch.__version__}: {first_line(problem)}; "
        "fetch or save it again"
    )
