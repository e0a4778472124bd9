"""Tensors of whatever backend as NumPy arrays."""
# pyright: standard

from __future__ import annotations

from types import ModuleType
from typing import Any

import ml_dtypes  # noqa: F401 - gives NumPy the dtype names bfloat16 and float8
import numpy as np

from cutaway.trace import Array


def as_array(tensor: Any, dtype: str | None, keras: ModuleType) -> Array:
    """A tensor or variable as a read-only array, where possible in the engine's own memory.

    Args:
        tensor: of the backend.
        dtype: NumPy's or ml_dtypes' name; torch's bfloat16 comes to us as float32.
        keras: the module.
    """
    if keras.backend.backend() == "jax":
        array = np.asarray(keras.ops.convert_to_tensor(tensor))  # convert_to_numpy would copy
    else:
        array = np.asarray(keras.ops.convert_to_numpy(tensor))
    if dtype is not None and array.dtype.name != dtype:
        array = array.astype(np.dtype(dtype))
    if array.flags.writeable:
        array = array.view()
        array.flags.writeable = False
    return array
