"""An activation that an operator applies to its own result, in the same step."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cutaway.arithmetic.account import Account, Number, Step, UnexplainedError

_CUTS: Final[dict[str, tuple[str, Callable[[Number], Number]]]] = {
    "Relu": ("max(0, {})", lambda x: max(0.0, x)),
    "Relu6": ("min(6, max(0, {}))", lambda x: min(6.0, max(0.0, x))),
    "Relu1": ("min(1, max(-1, {}))", lambda x: min(1.0, max(-1.0, x))),
    "Tanh": ("tanh({})", math.tanh),
}
"""By name: how it is written, and what it does. None is steeper than 1: a bound stays one."""


def activated(account: Account, name: str | None) -> Account:
    """The same arithmetic with its activation behind it.

    Args:
        account: of the result before.
        name: a key of ``_CUTS``; None where there is no activation.

    Raises:
        UnexplainedError: the activation is none that is written out.
    """
    if name is None or account.computed is None:
        return account
    if name not in _CUTS:
        raise UnexplainedError(f"the activation {name} within the operator is not written yet")
    words, apply = _CUTS[name]
    before = account.computed
    after = before if math.isnan(before) else apply(before)
    told = words.format("…" if len(account.expression) > 400 else account.expression)
    steps = (*account.steps, Step(f"the activation {name}", after, words.format(f"{before:.8g}")))
    return replace(account, computed=after, expression=told, steps=steps)
