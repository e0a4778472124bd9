"""What a network that is no classifier says of each entry of a gallery, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from cutaway import inputs, survey
from cutaway.loaders import Model
from cutaway.session.gallery_documents import ToldBoxDoc, ToldDoc
from cutaway.session.gallery_reading import readings_of
from cutaway.session.reading import Facts
from cutaway.session.reading_documents import ItemsDoc
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Targets
from cutaway.trace import Array

_SUMMED_UP: Final = frozenset({"boxes", "masks", "keypoints"})
"""Kinds whose one line says something among many small pictures."""
_MOST: Final = 40
"""Boxes that are drawn over a small picture at most, the surest."""


@dataclass(frozen=True)
class Teller:
    """Reads the outputs of one entry as those of a run of its own are read."""

    model: Model
    known: Facts
    targets: Targets
    sidecar: Sidecar
    told: dict[int, ToldDoc]
    """By entry; filled as they come."""

    def __call__(
        self,
        entry: int,
        array: Array,
        outputs: Mapping[int, Array],
        geometry: inputs.Geometry | None,
    ) -> bool:
        """Sum up one entry; whether the next one is worth asking.

        Args:
            entry: its number.
            array: what the main input was given, (1, ...).
            outputs: by value id, of this entry alone.
            geometry: from the picture as it came; None where it was taken as it is.
        """
        readings = readings_of(
            self.model, self.known, self.targets, self.sidecar, array, outputs, geometry
        )
        try:
            found = readings.first(self.sidecar.labels, self.sidecar.reading)
            one = next((one for one in found if one.kind in _SUMMED_UP), None)
            if one is None:
                return False
            content = readings.content(one.id)
            boxes = _boxes(content) if isinstance(content, ItemsDoc) else []
            self.told[entry] = ToldDoc(entry, one.summary, boxes)
        except Exception:  # noqa: BLE001 - a line that cannot be made must not cost the gallery
            self.told[entry] = ToldDoc(entry, "", [])
        return True


def _boxes(content: ItemsDoc) -> list[ToldBoxDoc]:
    """The surest boxes, in pixels of the entry's small picture."""
    left, top, scale = survey.placed(*content.size)
    alike = len({item.label or item.index for item in content.items}) == 1 and not (
        content.items[0].label
    )
    shift = np.array([left, top])
    return [
        ToldBoxDoc(
            [(float(x), float(y)) for x, y in np.round(np.array(item.corners) * scale + shift, 2)],
            None if alike else item.index,
        )
        for item in content.items[:_MOST]
        if item.corners
    ]
