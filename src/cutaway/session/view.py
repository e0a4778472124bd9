"""One way of seeing one tensor: its sheet and what is made of that, each made once."""

from __future__ import annotations

from cutaway import pictures
from cutaway.session.documents import ArrangementDoc, AxesDoc, CellsDoc, LettersDoc, StatsDoc
from cutaway.session.keys import whole
from cutaway.session.waiting import Once
from cutaway.trace import Array


class View:
    """A tensor under one arrangement. Any thread may ask; what two ask for is made once."""

    def __init__(self, array: Array, arrangement: pictures.Arrangement) -> None:
        self.array = array
        self.arrangement = arrangement
        """How the tensor is laid out as a sheet."""
        self.levels = pictures.levels(arrangement)
        """Levels of detail, the finest first."""
        self.document: Once[StatsDoc] = Once()
        """What the page is told of the tensor seen so, statistics and all."""
        self._sheet: Once[Array] = Once()
        self._maps: Once[Array] = Once()
        self._reduced = [Once[Array]() for _ in self.levels]

    @property
    def sheet(self) -> Array:
        """``(planes, height, width)`` in the tensor's own dtype."""
        return self._sheet.get(lambda: pictures.sheet(self.array, self.arrangement))

    @property
    def maps(self) -> Array:
        """``(maps, 3) float32``: min, max, mean of every map, slot by slot."""
        return self._maps.get(lambda: pictures.map_ranges(self.sheet, self.arrangement))

    def level(self, number: int) -> Array:
        """The sheet at a level of detail, ``(planes, height, width)``."""
        if number == 0:
            return self.sheet
        make = lambda: pictures.reduce(self.sheet, self.arrangement, number)  # noqa: E731
        return self._reduced[number].get(make)

    def tile(self, level: str, page: str) -> Array:
        """One tile of a level; raises UnknownKey."""
        number = whole(level, len(self.levels), "levels")
        down, across = pictures.tiles(self.levels[number])
        pages = down * across * self.arrangement.planes
        return pictures.tile(self.level(number), whole(page, pages, "pages"))

    def texts(self, page: str) -> CellsDoc:
        """The exact text of one page of cells; raises UnknownKey."""
        size = pictures.CELLS_PAGE
        planes, height, width = self.sheet.shape
        down, across = -(-height // size), -(-width // size)
        number = whole(page, planes * down * across, "pages of cells")
        plane, within = divmod(number, down * across)
        top, left = (within // across) * size, (within % across) * size
        block = self.sheet[plane, top : top + size, left : left + size]
        return CellsDoc(block.shape[0], block.shape[1], pictures.texts(block))

    def arrangement_document(self) -> ArrangementDoc:
        """What the page is told of the arrangement."""
        a = self.arrangement
        axes = (a.axes.sliced, a.axes.planes, a.axes.grid, a.axes.rows, a.axes.columns)
        return ArrangementDoc(
            grid=a.grid,
            maps=a.maps,
            rows=a.rows,
            columns=a.columns,
            planes=a.planes,
            cells=a.cells,
            strip=a.strip,
            letters=LettersDoc(a.letters.grid, a.letters.row, a.letters.column),
            axes=AxesDoc(*map(list, axes)),
            at=list(a.at),
            order=None if a.order is None else list(a.order),
        )


def sorted_maps(
    array: Array, natural: pictures.Arrangement, by: pictures.Measure | int | None, top: int | None
) -> pictures.Arrangement:
    """The arrangement with its maps sorted and the first ``top`` of them kept.

    Raises:
        InputError: there is no map of the number that they are to be sorted by.
    """
    if by is None:
        most = natural.maps if top is None else min(top, natural.maps)
        return pictures.ordered(natural, range(most))
    order = pictures.map_order(array, natural, by)
    return pictures.ordered(natural, order[:top].tolist())
