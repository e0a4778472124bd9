"""What a user wants of a tensor's axes, checked against its shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace

from cutaway.errors import InputError
from cutaway.pictures.axes import RGB, Axes


def checked(given: Axes, lengths: Sequence[int]) -> Axes:
    """The axes as given, those that were given no place sliced.

    Args:
        given: whose ``sliced`` is not looked at.
        lengths: the tensor's shape.

    Raises:
        InputError: an axis does not exist or has two places, or the planes are not three.
    """
    places = {field.name: getattr(given, field.name) for field in fields(given)}
    del places["sliced"]
    taken = [axis for place in places.values() for axis in place]
    told = "&".join(f"{name}={_listed(place)}" for name, place in places.items() if place)
    for axis in taken:
        if not 0 <= axis < len(lengths):
            raise InputError(f"{_known(lengths)}; got axis {axis} in {told}: use those")
        if taken.count(axis) > 1:
            raise InputError(f"an axis has one place; got {told}: name axis {axis} once")
    colours = math.prod(lengths[axis] for axis in given.planes)
    if given.planes and colours != RGB:
        raise InputError(
            f"planes are axes of {RGB} elements, red, green and blue; got planes="
            f"{_listed(given.planes)} of {colours}: put them into the grid"
        )
    return replace(given, sliced=tuple(axis for axis in range(len(lengths)) if axis not in taken))


def indices(at: Mapping[int, int], axes: Axes, lengths: Sequence[int]) -> tuple[int, ...]:
    """The index shown of each sliced axis; 0 of those that ``at`` does not name.

    Raises:
        InputError: ``at`` names an axis that is not sliced, or an index that does not exist.
    """
    for axis, index in at.items():
        if not 0 <= axis < len(lengths):
            raise InputError(f"{_known(lengths)}; got at={axis}:{index}: use those")
        if axis not in axes.sliced:
            sliced = f"axis {_listed(axes.sliced)}" if axes.sliced else "none here"
            raise InputError(
                f"at chooses the index of an axis that is sliced, {sliced}; got at={axis}:{index}: "
                f"take axis {axis} out of grid, rows, columns and planes first"
            )
        if not 0 <= index < lengths[axis]:
            raise InputError(
                f"axis {axis} has {lengths[axis]} elements, counted from 0; got at={axis}:{index}: "
                "choose one of those"
            )
    return tuple(at.get(axis, 0) for axis in axes.sliced)


def _known(lengths: Sequence[int]) -> str:
    if not lengths:
        return "the tensor is one number and has no axes"
    return f"the tensor's axes are 0 to {len(lengths) - 1}"


def _listed(axes: Sequence[int]) -> str:
    return ",".join(map(str, axes))
