"""The same operators on integers, which are exact and of any size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import fmod, prod
from typing import Any, Final, TypeAlias

Exact: TypeAlias = Callable[[Sequence[int], Mapping[str, Any]], int]


def _divided(numbers: Sequence[int], _: Mapping[str, Any]) -> int:
    """Towards zero, as C does."""
    first, second = numbers
    whole = abs(first) // abs(second)
    return whole if (first < 0) == (second < 0) else -whole


def _remainder(numbers: Sequence[int], attributes: Mapping[str, Any]) -> int:
    if attributes.get("fmod"):
        return int(fmod(*numbers))
    return numbers[0] % numbers[1]


def _shifted(numbers: Sequence[int], attributes: Mapping[str, Any]) -> int:
    first, second = numbers
    return first << second if attributes.get("direction") == "LEFT" else first >> second


INTEGERS: Final[dict[str, Exact]] = {
    "Add": lambda n, _: sum(n),
    "Sum": lambda n, _: sum(n),
    "Sub": lambda n, _: n[0] - n[1],
    "Mul": lambda n, _: prod(n),
    "Div": _divided,
    "Mod": _remainder,
    "Pow": lambda n, _: n[0] ** n[1] if n[1] >= 0 else int(float(n[0]) ** n[1]),
    "Max": lambda n, _: max(n),
    "Min": lambda n, _: min(n),
    "Neg": lambda n, _: -n[0],
    "Abs": lambda n, _: abs(n[0]),
    "Sign": lambda n, _: (n[0] > 0) - (n[0] < 0),
    "Relu": lambda n, _: max(0, n[0]),
    "BitShift": _shifted,
    "BitwiseAnd": lambda n, _: n[0] & n[1],
    "BitwiseOr": lambda n, _: n[0] | n[1],
    "BitwiseXor": lambda n, _: n[0] ^ n[1],
    "BitwiseNot": lambda n, _: ~n[0],
    "Equal": lambda n, _: int(n[0] == n[1]),
    "Less": lambda n, _: int(n[0] < n[1]),
    "LessOrEqual": lambda n, _: int(n[0] <= n[1]),
    "Greater": lambda n, _: int(n[0] > n[1]),
    "GreaterOrEqual": lambda n, _: int(n[0] >= n[1]),
}
