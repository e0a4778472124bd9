"""Where the children of every group lie, as pages of columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from cutaway.graph import Group
from cutaway.layout import Layout, Places
from cutaway.session.answer import Answer, as_blob
from cutaway.session.columns import offsets

PAGE = 256
"""Groups in one page; ids are breadth first, so the first page holds what is seen first."""

_WHAT = {"node": 0, "input": 1, "group": 2, "enter": 3, "leave": 4}


def page(places: Places, groups: Sequence[Group], number: int) -> Answer:
    """One page: the layouts of groups ``number * PAGE`` and on, laid end to end.

    Args:
        places: of the graph.
        groups: of the graph.
        number: of the page.
    """
    first, last = number * PAGE, min(len(groups), (number + 1) * PAGE)
    found = [
        # A fused layer is a frame in the group around it; nothing is laid out within.
        Layout(group, 0, 0, (), (), ()) if groups[group].what == "fused" else places.of(group)
        for group in range(first, last)
    ]
    return as_blob({**_children(found), **_edges(found), **_frames(found)}, {})


def _ints(numbers: Sequence[int]) -> npt.NDArray[np.int32]:
    return np.array(numbers, np.int32)


def _children(layouts: list[Layout]) -> dict[str, npt.NDArray[np.int32]]:
    children = [child for layout in layouts for child in layout.children]
    return {
        "ranks": _ints([layout.ranks for layout in layouts]),
        "lanes": _ints([layout.lanes for layout in layouts]),
        "children_at": offsets([len(layout.children) for layout in layouts]),
        "child_what": _ints([_WHAT[child.what] for child in children]),
        "child_id": _ints([child.id for child in children]),
        "child_rank": _ints([child.rank for child in children]),
        "child_lane": _ints([child.lane for child in children]),
    }


def _edges(layouts: list[Layout]) -> dict[str, npt.NDArray[np.int32]]:
    edges = [edge for layout in layouts for edge in layout.edges]
    points = [point for edge in edges for point in edge.points]
    return {
        "edges_at": offsets([len(layout.edges) for layout in layouts]),
        "edge_value": _ints([edge.value for edge in edges]),
        "edge_from": _ints([edge.source for edge in edges]),
        "edge_to": _ints([edge.target for edge in edges]),
        "edge_port": _ints([edge.port for edge in edges]),
        "points_at": offsets([len(edge.points) for edge in edges]),
        "points": _ints(list(chain.from_iterable(points))),
    }


def _frames(layouts: list[Layout]) -> dict[str, npt.NDArray[np.int32]]:
    frames = [frame for layout in layouts for frame in layout.frames]
    return {
        "frames_at": offsets([len(layout.frames) for layout in layouts]),
        "frame_group": _ints([frame.group for frame in frames]),
        "members_at": offsets([len(frame.children) for frame in frames]),
        "frame_children": _ints(list(chain.from_iterable(frame.children for frame in frames))),
    }
