"""PyTorch's tensors as NumPy arrays and back, and the names of their dtypes."""
# pyright: standard

from __future__ import annotations

from typing import Any, Final

import ml_dtypes
import numpy as np
import torch

from cutaway.trace import Array

_SAME_BITS: Final = {
    torch.bfloat16: (torch.int16, ml_dtypes.bfloat16),
    torch.float8_e4m3fn: (torch.uint8, ml_dtypes.float8_e4m3fn),
    torch.float8_e5m2: (torch.uint8, ml_dtypes.float8_e5m2),
    torch.float8_e4m3fnuz: (torch.uint8, ml_dtypes.float8_e4m3fnuz),
    torch.float8_e5m2fnuz: (torch.uint8, ml_dtypes.float8_e5m2fnuz),
}
"""Types that NumPy has from ml_dtypes: PyTorch's integer of the same width, and the type."""

_PLAIN: Final = {
    "float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
    "uint32", "uint64", "bool", "complex64", "complex128",
}  # fmt: skip


def dtype_name(dtype: torch.dtype) -> str | None:
    """NumPy's or ml_dtypes' name; None of a type that neither has, such as a quantized one."""
    if dtype in _SAME_BITS:
        return _SAME_BITS[dtype][1].__name__
    name = str(dtype).removeprefix("torch.")
    return name if name in _PLAIN else None


def as_array(tensor: torch.Tensor, *, copy: bool) -> Array:
    """The numbers, read-only.

    Args:
        tensor: on any device.
        copy: whether somebody may write to the tensor later.

    Raises:
        TypeError: it is sparse, nested, or of a type that NumPy has not.
    """
    held = tensor.detach()
    if held.is_quantized:
        held = held.int_repr()
    if held.layout is not torch.strided or held.is_nested:
        raise TypeError(f"a {held.layout} tensor has no plain array")
    if held.is_conj() or held.is_neg():
        held = held.resolve_conj().resolve_neg()
    held = held.cpu().contiguous()
    if held.dtype in _SAME_BITS:
        bits, dtype = _SAME_BITS[held.dtype]
        array = held.view(bits).numpy().view(dtype)
    else:
        array = held.numpy()
    if copy:
        array = array.copy()
    array.flags.writeable = False
    return array


def as_tensor(array: Array) -> torch.Tensor:
    """A tensor of its own with the numbers of an array."""
    own = np.array(array, order="C", copy=True)
    for dtype, (bits, theirs) in _SAME_BITS.items():
        if own.dtype == theirs:
            return torch.from_numpy(own.view(str(bits).removeprefix("torch."))).view(dtype)
    return torch.from_numpy(own)


def plain(argument: Any) -> Any:
    """An argument as JSON has it: dtypes and devices by name, symbols as words."""
    if isinstance(argument, bool | int | str) or argument is None:
        return argument
    if isinstance(argument, float):
        return argument if np.isfinite(argument) else str(argument)
    if isinstance(argument, list | tuple):
        return [plain(one) for one in argument]
    return str(argument).removeprefix("torch.")
