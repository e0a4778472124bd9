"""Arrays to pictures: statistics, sheets, colours. Knows arrays only, no graph."""

from cutaway.pictures.arrangement import Arrangement, Letters, arrange
from cutaway.pictures.axes import Axes
from cutaway.pictures.cells import CELLS_PAGE, texts
from cutaway.pictures.flags import Flag, flags
from cutaway.pictures.half import decode, encode, scaling
from cutaway.pictures.levels import OVERVIEWS, TILE, Level, levels, overview, reduce, tile, tiles
from cutaway.pictures.maps import dead, map_ranges
from cutaway.pictures.paint import paint, png
from cutaway.pictures.sheet import sheet
from cutaway.pictures.statistics import BINS, Histogram, Statistics, statistics
from cutaway.pictures.tables import Table, names, table, tables
from cutaway.pictures.values import Array

__all__ = [
    "BINS",
    "CELLS_PAGE",
    "OVERVIEWS",
    "TILE",
    "Arrangement",
    "Array",
    "Axes",
    "Flag",
    "Histogram",
    "Letters",
    "Level",
    "Statistics",
    "Table",
    "arrange",
    "dead",
    "decode",
    "encode",
    "flags",
    "levels",
    "map_ranges",
    "names",
    "overview",
    "paint",
    "png",
    "reduce",
    "scaling",
    "sheet",
    "statistics",
    "table",
    "tables",
    "texts",
    "tile",
    "tiles",
]
