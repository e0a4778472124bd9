"""What each elementwise operator computes, and how people write it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np

from cutaway.arithmetic.expression import guarded, stated

Numbers: TypeAlias = Sequence[Any]
"""float64 each."""
Attributes: TypeAlias = Mapping[str, Any]


def _result(_: Numbers, result: float) -> float:
    return abs(result)


def _summands(numbers: Numbers, _: float) -> float:
    return float(sum(abs(number) for number in numbers))


def _about_one(_: Numbers, result: float) -> float:
    return max(1.0, abs(result))


def _operand(numbers: Numbers, result: float) -> float:
    return max(abs(float(numbers[0])), abs(result))


def _power(numbers: Numbers, result: float) -> float:
    """``x^y`` as ``exp(y log x)``: the exponent's rounding grows with it."""
    base, exponent = abs(float(numbers[0])), float(numbers[1])
    grown = abs(exponent * math.log(base)) if 0 < base < math.inf else 0.0
    return abs(result) * (1 + (grown if math.isfinite(grown) else 0.0))


def _exponential(numbers: Numbers, result: float) -> float:
    """The operand's rounding within the engine's polynomial grows with it."""
    return abs(result) * (1 + abs(float(numbers[0])) / 16)


def _remainder(numbers: Numbers, _: float) -> float:
    return abs(float(numbers[0]))


@dataclass(frozen=True, slots=True)
class Formula:
    """One operator."""

    words: str
    """``{a}``, ``{b}``, ``{c}`` are the operands, ``{A}`` the first in parentheses where it is
    negative, ``{all}`` all of them joined; attributes by name."""
    of: Callable[[Numbers, Attributes], Any]
    below: str = ""
    """The same for a negative first operand, where that is written otherwise."""
    joint: str = ", "
    function: bool = False
    """Whether engines approximate it, so that it is off by a few units in the last place."""
    exact: bool = False
    """Whether there is nothing to round."""
    size: Callable[[Numbers, float], float] = _result
    """Magnitude that the rounding is relative to, of operands and result."""

    def written(self, words: Sequence[str], numbers: Numbers, attributes: Attributes) -> str:
        """The formula with its numbers."""
        template = self.below if self.below and numbers[0] < 0 else self.words
        names = dict(zip("abc", words, strict=False))
        marked = {name.upper(): guarded(word) for name, word in names.items()}
        held = {
            name: stated(given) if isinstance(given, float) else str(given)
            for name, given in attributes.items()
        }
        joined = self.joint.join(words)
        return template.format(**{**held, **names, **marked, "all": joined, "count": len(words)})


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x)) if x >= 0 else np.exp(x) / (1 + np.exp(x))


def _softplus(x: Any) -> Any:
    return np.maximum(x, 0) + np.log1p(np.exp(-abs(x)))


def _gelu(numbers: Numbers, attributes: Attributes) -> Any:
    (x,) = numbers
    if attributes.get("approximate") == "tanh":
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


def _shrink(numbers: Numbers, a: Attributes) -> Any:
    (x,) = numbers
    if x < -a["lambd"]:
        return x + a["bias"]
    return x - a["bias"] if x > a["lambd"] else 0.0


def _hard(x: Any, a: Attributes) -> Any:
    return np.clip(a["alpha"] * x + a["beta"], 0, 1)


def _remaindered(numbers: Numbers, a: Attributes) -> Any:
    return np.fmod(*numbers) if a.get("fmod") else np.mod(*numbers)


def _side(x: Any) -> str:
    return "positive" if x > 0 else "negative"


def _mean(numbers: Numbers) -> Any:
    return sum(numbers) / len(numbers)


def _unary(name: str, of: Callable[[Any], Any], **more: Any) -> Formula:
    return Formula(f"{name}({{a}})", lambda n, _: of(n[0]), **more)


def _compared(sign: str, of: Callable[[Any, Any], Any]) -> Formula:
    return Formula(f"{{a}} {sign} {{b}}", lambda n, _: of(*n), exact=True)


FORMULAS: Final[dict[str, Formula]] = {
    "Relu": Formula("max(0, {a})", lambda n, _: np.maximum(0, n[0]), exact=True),
    "LeakyRelu": Formula(
        "{a}", lambda n, a: n[0] if n[0] >= 0 else a["alpha"] * n[0], "{alpha} × {a}"
    ),
    "PRelu": Formula("{a}", lambda n, _: n[0] if n[0] >= 0 else n[0] * n[1], "{b} × {a}"),
    "Elu": Formula(
        "{a}", lambda n, a: n[0] if n[0] >= 0 else a["alpha"] * np.expm1(n[0]),
        "{alpha} × (exp({a}) - 1)", function=True, size=_about_one,
    ),
    "Selu": Formula(
        "{gamma} × {a}",
        lambda n, a: a["gamma"] * (n[0] if n[0] > 0 else a["alpha"] * np.expm1(n[0])),
        "{gamma} × {alpha} × (exp({a}) - 1)", function=True, size=_about_one,
    ),
    "Celu": Formula(
        "{a}", lambda n, a: max(0, n[0]) + min(0, a["alpha"] * np.expm1(n[0] / a["alpha"])),
        "{alpha} × (exp({a} / {alpha}) - 1)", function=True, size=_about_one,
    ),
    "Gelu": Formula("0.5 × {a} × (1 + erf({a} / √2))", _gelu, function=True, size=_operand),
    "Gelu tanh": Formula(
        "0.5 × {a} × (1 + tanh(√(2 / π) × ({a} + 0.044715 × {A}³)))", _gelu, function=True,
        size=_operand,
    ),
    "Sigmoid": Formula(
        "1 / (1 + exp(-{A}))", lambda n, _: _sigmoid(n[0]), function=True, size=_about_one
    ),
    "HardSigmoid": Formula(
        "max(0, min(1, {alpha} × {a} + {beta}))", lambda n, a: _hard(n[0], a), function=True,
        size=_about_one,
    ),
    "HardSwish": Formula(
        "{a} × max(0, min(1, {a} / 6 + 0.5))",
        lambda n, _: n[0] * _hard(n[0], {"alpha": 1 / 6, "beta": 0.5}),
        function=True, size=_operand,
    ),
    "Swish": Formula(
        "{a} / (1 + exp(-{alpha} × {A}))", lambda n, a: n[0] * _sigmoid(a["alpha"] * n[0]),
        function=True, size=_operand,
    ),
    "Mish": Formula(
        "{a} × tanh(log(1 + exp({a})))", lambda n, _: n[0] * np.tanh(_softplus(n[0])),
        function=True, size=_operand,
    ),
    "ThresholdedRelu": Formula(
        "{a}, if above {alpha}, else 0", lambda n, a: n[0] if n[0] > a["alpha"] else 0.0, exact=True
    ),
    "Shrink": Formula("shrink({a}), lambd {lambd}, bias {bias}", _shrink),
    "Softplus": Formula(
        "log(1 + exp({a}))", lambda n, _: _softplus(n[0]), function=True, size=_about_one
    ),
    "Softsign": Formula("{a} / (1 + |{a}|)", lambda n, _: n[0] / (1 + abs(n[0])), function=True),
    "Tanh": _unary("tanh", np.tanh, function=True, size=_about_one),
    "Erf": _unary("erf", math.erf, function=True, size=_about_one),
    "Exp": _unary("exp", np.exp, function=True, size=_exponential),
    "Log": _unary("log", np.log, function=True),
    "Sqrt": _unary("√", np.sqrt, function=True),
    "Reciprocal": Formula("1 / {A}", lambda n, _: np.float64(1) / n[0], function=True),
    "Neg": Formula("-{A}", lambda n, _: -n[0], exact=True),
    "Abs": Formula("|{a}|", lambda n, _: abs(n[0]), exact=True),
    "Sign": _unary("sign", np.sign, exact=True),
    "Floor": _unary("floor", np.floor, exact=True),
    "Ceil": _unary("ceil", np.ceil, exact=True),
    "Round": _unary("round to even", np.rint, exact=True),
    "Not": Formula("not {a}", lambda n, _: not n[0], exact=True),
    "IsNaN": _unary("is NaN", np.isnan, exact=True),
    "IsInf": Formula(
        "is infinite({a})",
        lambda n, a: np.isinf(n[0]) and bool(a["detect_" + _side(n[0])]),
        exact=True,
    ),
    **{
        name: _unary(name.lower(), function, function=True, size=_about_one)
        for name, function in {
            "Sin": np.sin, "Cos": np.cos, "Tan": np.tan, "Asin": np.arcsin, "Acos": np.arccos,
            "Atan": np.arctan, "Sinh": np.sinh, "Cosh": np.cosh, "Asinh": np.arcsinh,
            "Acosh": np.arccosh, "Atanh": np.arctanh,
        }.items()
    },
    "Add": Formula("{all}", lambda n, _: sum(n), joint=" + ", size=_summands),
    "Sum": Formula("{all}", lambda n, _: sum(n), joint=" + ", size=_summands),
    "Mean": Formula(
        "({all}) / {count}", lambda n, _: _mean(n), joint=" + ",
        size=lambda n, y: _summands(n, y) / len(n),
    ),
    "Max": Formula("max({all})", lambda n, _: np.max(n), exact=True),
    "Min": Formula("min({all})", lambda n, _: np.min(n), exact=True),
    "Sub": Formula("{a} - {B}", lambda n, _: n[0] - n[1], size=_summands),
    "Mul": Formula("{a} × {b}", lambda n, _: n[0] * n[1]),
    "Div": Formula("{a} / {B}", lambda n, _: n[0] / n[1]),
    "Pow": Formula("{A} ^ {B}", lambda n, _: np.power(*n), function=True, size=_power),
    "Mod": Formula("{a} mod {B}", _remaindered, size=_remainder),
    "Equal": _compared("=", lambda a, b: a == b),
    "Less": _compared("<", lambda a, b: a < b),
    "LessOrEqual": _compared("≤", lambda a, b: a <= b),
    "Greater": _compared(">", lambda a, b: a > b),
    "GreaterOrEqual": _compared("≥", lambda a, b: a >= b),
    "And": _compared("and", lambda a, b: bool(a) and bool(b)),
    "Or": _compared("or", lambda a, b: bool(a) or bool(b)),
    "Xor": _compared("xor", lambda a, b: bool(a) != bool(b)),
    "BitShift": Formula("{a} shifted {direction} by {b}", lambda n, _: n[0], exact=True),
    "BitwiseAnd": _compared("and", lambda a, _: a),
    "BitwiseOr": _compared("or", lambda a, _: a),
    "BitwiseXor": _compared("xor", lambda a, _: a),
    "BitwiseNot": Formula("not {a}", lambda n, _: n[0], exact=True),
}  # fmt: skip
"""By kind, and by kind and ``approximate``. Sources: the operators of the ONNX specification; of
Gelu's form with tanh, Hendrycks and Gimpel, Gaussian error linear units, 2016."""

DEFAULTS: Final[dict[str, Attributes]] = {
    "LeakyRelu": {"alpha": 0.01},
    "Elu": {"alpha": 1.0},
    "Selu": {"alpha": 1.67326319217681884765625, "gamma": 1.05070102214813232421875},
    "Celu": {"alpha": 1.0},
    "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
    "Swish": {"alpha": 1.0},
    "ThresholdedRelu": {"alpha": 1.0},
    "Shrink": {"lambd": 0.5, "bias": 0.0},
    "IsInf": {"detect_positive": 1, "detect_negative": 1},
}
"""Attributes that a loader may leave out."""
