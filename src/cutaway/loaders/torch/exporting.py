"""A live module as an exported program."""
# pyright: standard

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any

import torch
from torch.utils._pytree import tree_flatten, tree_map, tree_unflatten

from cutaway.errors import UnsupportedModel


@dataclass(frozen=True)
class Example:
    """What a module is called with."""

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def mapped(self, change: Callable[[torch.Tensor], torch.Tensor]) -> Example:
        """The same with every tensor changed."""
        leaves, spec = tree_flatten((self.args, dict(self.kwargs)))
        changed = [change(one) if isinstance(one, torch.Tensor) else one for one in leaves]
        args, kwargs = tree_unflatten(changed, spec)
        return Example(args, kwargs)


@contextlib.contextmanager
def at_rest(module: torch.nn.Module) -> Generator[None]:
    """The module in eval mode without gradients; every part as it was afterwards."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        # Each part by itself: some may have been in another mode than the whole.
        for part, training in modes:
            part.training = training


def exported(module: torch.nn.Module, example: Example) -> torch.export.ExportedProgram:
    """The module's operators for an example, its axes left free where the module allows it.

    Raises:
        Exception: whatever makes PyTorch give up, the last attempt's.
    """
    quiet = logging.getLogger("torch")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)
    problem: Exception | None = None
    try:
        # PyTorch prints the whole program where it gives up.
        nowhere = io.StringIO()
        with at_rest(module), redirect_stdout(nowhere), redirect_stderr(nowhere):
            for attempt, dims in _attempts(example):
                try:
                    return torch.export.export(
                        module, attempt.args, dict(attempt.kwargs), dynamic_shapes=dims
                    )
                except Exception as told:  # noqa: BLE001 - the next attempt may do
                    problem = told
    finally:
        quiet.setLevel(level)
    raise problem or UnsupportedModel("the module could not be exported")


def _attempts(example: Example) -> Sequence[tuple[Example, Any]]:
    """A batch of two, since PyTorch takes an axis of length 1 for a fixed one; then as it is."""

    def doubled(one: torch.Tensor) -> torch.Tensor:
        return one.repeat(2, *[1] * (one.dim() - 1)) if one.dim() >= 2 and len(one) == 1 else one

    several = example.mapped(doubled)
    auto = torch.export.Dim.AUTO

    def free(one: Any) -> Any:
        return dict.fromkeys(range(one.dim()), auto) if isinstance(one, torch.Tensor) else None

    def dims(of: Example) -> Any:
        trees = tree_map(free, (of.args, dict(of.kwargs)))
        # By position, or by the names of the arguments: PyTorch takes no mixture.
        return trees[0] if not trees[1] else None if trees[0] else trees[1]

    return [(several, dims(several)), (example, dims(example)), (example, None)]
