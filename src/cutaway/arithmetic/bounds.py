"""How far rounding may take an engine's result from the exact one.

A sum of n products is off by at most ``gamma_n = n u / (1 - n u)`` times the sum of the products'
magnitudes, in whatever order it is added up; storing a result adds u times its magnitude, and what
is below the least normal number may be made zero. Sources: N. J. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd edition, 2002, chapter 3 (gamma) and chapter 4 (sums in any order); C.-P.
Jeannerod and S. M. Rump, Improved error bounds for inner products in floating-point arithmetic,
SIAM J. Matrix Anal. Appl. 34(2), 2013 (``n u``, without a limit on n).
"""

from __future__ import annotations

from typing import Any, cast

import ml_dtypes
import numpy as np

FUNCTION_ULPS = 16
"""Units in the last place that a function such as ``exp`` may be off. Engines evaluate them by
short polynomials (ONNX Runtime's MLAS, XLA's CPU code) that are good to a few units, not by the
correctly rounded functions of a C library."""


_REGISTERED = 2
"""``dtype.isbuiltin`` of the types that ml_dtypes adds to NumPy: bfloat16, float8, int4, ..."""


def is_float(dtype: np.dtype[Any]) -> bool:
    """Whether results of this dtype are rounded; integers and truth values are exact."""
    registered = dtype.isbuiltin == _REGISTERED and "int" not in dtype.name
    return dtype.kind in "fc" or registered


def unit_roundoff(dtype: np.dtype[Any]) -> float:
    """The largest relative error of one rounding: half the distance of 1 to the next number.

    2^-24 for float32, 2^-53 for float64, 2^-11 for float16, 2^-8 for bfloat16; 0 for integers.
    """
    return float(cast("Any", ml_dtypes.finfo(dtype)).eps) / 2 if is_float(dtype) else 0.0


def least_normal(dtype: np.dtype[Any]) -> float:
    """What is smaller loses digits, and some engines make it zero; 0 for integers."""
    return float(cast("Any", ml_dtypes.finfo(dtype)).smallest_normal) if is_float(dtype) else 0.0


def gamma(count: int, unit: float) -> float:
    """The factor ``gamma_n = n u / (1 - n u)`` before the sum of magnitudes (Higham, lemma 3.1).

    Holds for every order of ``count`` roundings. Where ``n u`` is not small, ``n u`` itself, which
    holds for inner products whatever their length (Jeannerod and Rump).

    Args:
        count: roundings that a term may go through.
        unit: the unit roundoff.
    """
    product = count * unit
    return product / (1 - product) if product < 0.5 else product


def accumulation(dtype: np.dtype[Any]) -> str:
    """A sentence for types of few digits, in which engines need not add up; else empty."""
    if not is_float(dtype) or dtype.itemsize > 2:
        return ""
    return (
        f"engines add {dtype.name} up in {dtype.name} or in float32 and round at the end; "
        f"the bound allows for {dtype.name}"
    )
