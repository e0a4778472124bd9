"""Boxes and points on the picture as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from cutaway.outputs import boxes, keypoints
from cutaway.outputs.boxes import Candidates, Chosen
from cutaway.outputs.seen import Floats
from cutaway.session.answer import PNG, Answer
from cutaway.session.reading.context import Context
from cutaway.session.reading.instances import instances_painted
from cutaway.session.reading.painting import rgba_png
from cutaway.session.reading.reader import Reader, class_asked
from cutaway.session.reading_documents import ItemDoc, ItemsDoc, PointDoc, SliderDoc
from cutaway.session.waiting import Once

_FAINT = 0.2
"""Of a box's own points, which no slider moves, those of a lower score are drawn faint."""
_MANY = {"box": "boxes", "person": "people"}


class Boxes(Reader):
    """Boxes, with points where the model gives them."""

    def __init__(self, context: Context, settings: Mapping[str, Any]) -> None:
        super().__init__(context, settings)
        self._candidates: Once[Candidates] = Once()

    @property
    def candidates(self) -> Candidates:
        """All, before thresholds."""
        return self._candidates.get(lambda: boxes.decode(self.settings, self.seen))

    def sliders(self) -> list[SliderDoc]:
        """The least score, and from which overlap on two boxes are one."""
        score, overlap = self.settings.get("score", 0.5), self.settings.get("overlap", 0.45)
        found = [SliderDoc("score", "least score", 0.0, 1.0, 0.01, score)]
        if self.candidates.boxes is not None and not self.candidates.suppressed:
            words = "overlap from which two are one"
            found.append(SliderDoc("overlap", words, 0.0, 1.0, 0.01, overlap))
        return found

    def chosen(self, query: Mapping[str, str]) -> Chosen:
        """The candidates that a query leaves."""
        said = self.asked(query)
        only = class_asked(query)
        limits = said.get("score", 0.5), said.get("overlap", 0.45)
        return boxes.choose(self.candidates, *limits, only)

    def summary(self) -> str:
        """How many of what, and the surest score."""
        return self._told({})

    def _told(self, query: Mapping[str, str]) -> str:
        rows = self.chosen(query).rows
        if not rows.size:
            return self._nothing(self.asked(query).get("score", 0.5))
        one = self.thing
        many = self.settings.get("things") or _MANY.get(one, f"{one}s")
        best = float(self.candidates.scores[rows[0]])
        named = self._named(rows)
        return f"{named or f'{rows.size} {one if rows.size == 1 else many}'}, {best:.2f}"

    @property
    def thing(self) -> str:
        """What one of them is, where it has no label."""
        if self.labels is not None and len(self.labels) == 1 and self.labels[0]:
            return self.labels[0]
        joined = self.settings.get("skeleton") or "none"
        return str(self.settings.get("thing") or ("box" if joined == "none" else joined))

    def _nothing(self, least: float) -> str:
        scores = self.candidates.scores
        finite = scores[np.isfinite(scores)]
        best = f"; the best is {max(0.0, float(finite.max())):.2f}" if finite.size else ""
        return f"nothing above {least:.2f}{best}"

    def _named(self, rows: Any) -> str:
        """The labels found, with how often, where there are labels."""
        classes = self.candidates.classes
        if classes is None:
            return ""
        names = [self.label(int(classes[row])) for row in rows]
        counts = {name: names.count(name) for name in dict.fromkeys(names) if name}
        told = [f"{count} {name}" for name, count in list(counts.items())[:4]]
        return ", ".join(told)

    def document(self, query: Mapping[str, str]) -> ItemsDoc:
        """The boxes left by the query, on the picture as it came."""
        chosen = self.chosen(query)
        damaged = chosen.damaged
        words = f"{damaged:,} candidates hold a NaN or an infinity and are left out"
        items = [self._item(int(row)) for row in chosen.rows]
        told = self._told(query)
        return self._document(items, chosen.before, _FAINT, words if damaged else "", told)

    def _document(
        self, items: list[ItemDoc], before: int, least: float, note: str, told: str
    ) -> ItemsDoc:
        points = self.candidates.points
        count = 0 if points is None else points.shape[1]
        return ItemsDoc(
            size=self.context.size,
            items=items,
            thing=self.thing,
            names=list(keypoints.names_of(self.settings, count)),
            skeleton=[(int(a), int(b)) for a, b in self._skeleton()],
            least=least,
            before=before,
            note=note,
            summary=told,
            masks=self.candidates.instances is not None,
        )

    def tail(self, rest: list[str], query: Mapping[str, str]) -> Answer:
        """``picture.png``: the masks of the boxes left by the query, where there are any."""
        if rest == ["picture.png"] and self.candidates.instances is not None:
            chosen = self.chosen(query).rows
            return Answer(PNG, rgba_png(instances_painted(self.context, self.candidates, chosen)))
        return super().tail(rest, query)

    def _skeleton(self) -> tuple[tuple[int, int], ...]:
        return keypoints.SKELETONS[self.settings.get("skeleton") or "none"]

    def _item(self, row: int) -> ItemDoc:
        found = self.candidates
        index = None if found.classes is None else int(found.classes[row])
        corners = [] if found.boxes is None else self._corners(found, row)
        return ItemDoc(
            box=around(corners),
            corners=corners,
            score=float(found.scores[row]),
            index=index,
            label=None if index is None else self.label(index),
            points=[] if found.points is None else self._points(found.points[row]),
            cells=[self.cell(*cell) for cells in found.cells for cell in cells.of(row)],
            each=self._each(row),
        )

    def _each(self, row: int) -> int:
        """Numbers of a point: those of all points come last."""
        points = self.candidates.points
        if points is None or not self.candidates.cells or not points.shape[1]:
            return 0
        last = len(self.candidates.cells[-1].of(row))
        return last // points.shape[1] if last % points.shape[1] == 0 else 0

    def _corners(self, found: Candidates, row: int) -> list[tuple[float, float]]:
        return [(float(x), float(y)) for x, y in self._placed(found.corners(row))]

    def _points(self, points: Floats) -> list[PointDoc]:
        placed = self._placed(points[:, :2])
        return [
            PointDoc(*(float(one) if np.isfinite(one) else None for one in (x, y, s)))
            for (x, y), s in zip(placed, points[:, 2], strict=True)
        ]

    def _placed(self, points: Floats) -> Floats:
        geometry = self.context.geometry
        return points if geometry is None else geometry.to_source(points)


class Points(Boxes):
    """Points alone, with their skeleton."""

    @property
    def candidates(self) -> Candidates:
        """One thing with all its points."""
        return self._candidates.get(lambda: keypoints.decode(self.settings, self.seen))

    def sliders(self) -> list[SliderDoc]:
        """The least score of a point that is shown."""
        if not np.isfinite(self._all_points()[..., 2]).any():
            return []
        value = float(self.settings.get("score", 0.3))
        return [SliderDoc("score", "least score of a point", 0.0, 1.0, 0.01, value)]

    def _all_points(self) -> Floats:
        found = self.candidates.points
        return np.zeros((1, 0, 3)) if found is None else found

    def summary(self) -> str:
        """How many points."""
        return self._told({})

    def _told(self, query: Mapping[str, str]) -> str:
        points = self._all_points()
        count = points.shape[1]
        if not self.sliders():
            return f"{count} points"
        over = int((points[0, :, 2] >= self.asked(query).get("score", 0.3)).sum())
        told = f"{count} points" if over == count else f"{over} of {count} points"
        return f"{told}, {float(self.candidates.scores[0]):.2f}"

    def document(self, query: Mapping[str, str]) -> ItemsDoc:
        """The points; those below the least score are told too, for their number names them."""
        least = float(self.asked(query).get("score", 0.3))
        items = [self._item(row) for row in range(len(self.candidates.scores))]
        if not self.sliders():  # The model says nothing of how sure it is.
            items = [replace(one, score=None) for one in items]
        return self._document(items, len(items), least, "", self._told(query))

    @property
    def thing(self) -> str:
        """Whose points they are."""
        joined = self.settings.get("skeleton") or "none"
        return "points" if joined == "none" else joined


def around(corners: list[tuple[float, float]]) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom around points; None around none."""
    if not corners:
        return None
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
