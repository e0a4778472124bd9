"""Which number a cell stands for, whatever the tensor's dtype."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]

_REGISTERED = 2
"""``dtype.isbuiltin`` of the types that ml_dtypes adds to NumPy: bfloat16, float8, int4, ..."""


def has_numbers(dtype: np.dtype[Any]) -> bool:
    """Whether cells of this dtype are numbers; text, dates, records and objects are not."""
    return dtype.kind in "biufc" or dtype.isbuiltin == _REGISTERED


def reals(array: Array) -> Array:
    """The numbers that cells are drawn and counted as.

    Args:
        array: any shape, any dtype with numbers.

    Returns:
        The same shape: float32 where that holds every number of the dtype, else float64
        (integers beyond 2^53 are rounded to it). Complex numbers are their magnitude. The array
        itself where it is float32 or float64 already.
    """
    dtype = array.dtype
    if dtype.kind == "c":
        return np.abs(array).astype(np.float64, copy=False)
    small = dtype.isbuiltin == _REGISTERED or dtype.itemsize <= (4 if dtype.kind == "f" else 2)
    return array.astype(np.float32 if small else np.float64, copy=False)
