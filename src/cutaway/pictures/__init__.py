"""Arrays to pictures: statistics, sheets, colours. Knows arrays only, no graph."""

from cutaway.pictures.arrangement import Arrangement, Letters, arrange, ordered
from cutaway.pictures.axes import Axes
from cutaway.pictures.cells import CELLS_PAGE, texts
from cutaway.pictures.channels import SPARK_BINS, Channels, channels
from cutaway.pictures.comparing import Apart, Tolerance, apart, difference, tolerance
from cutaway.pictures.elements import Cell, cell_of, element_at
from cutaway.pictures.flags import Bounds, Flag, flags
from cutaway.pictures.half import decode, encode, scaling
from cutaway.pictures.levels import OVERVIEWS, TILE, Level, levels, overview, reduce, tile, tiles
from cutaway.pictures.maps import dead, map_ranges
from cutaway.pictures.ordering import Measure, map_order
from cutaway.pictures.paint import paint, png
from cutaway.pictures.ranks import PERCENTILES, Octaves, Ranks
from cutaway.pictures.sampling import Sample, sample
from cutaway.pictures.seeking import Found, Odd, next_odd
from cutaway.pictures.sheet import sheet
from cutaway.pictures.statistics import BINS, Histogram, Statistics, statistics
from cutaway.pictures.tables import Table, names, table, tables
from cutaway.pictures.values import Array, has_numbers
from cutaway.pictures.waveform import wave_ranges, waveform_png

__all__ = [
    "BINS",
    "CELLS_PAGE",
    "OVERVIEWS",
    "PERCENTILES",
    "SPARK_BINS",
    "TILE",
    "Apart",
    "Arrangement",
    "Array",
    "Axes",
    "Bounds",
    "Cell",
    "Channels",
    "Flag",
    "Found",
    "Histogram",
    "Letters",
    "Level",
    "Measure",
    "Octaves",
    "Odd",
    "Ranks",
    "Sample",
    "Statistics",
    "Table",
    "Tolerance",
    "apart",
    "arrange",
    "cell_of",
    "channels",
    "dead",
    "decode",
    "difference",
    "element_at",
    "encode",
    "flags",
    "has_numbers",
    "levels",
    "map_order",
    "map_ranges",
    "names",
    "next_odd",
    "ordered",
    "overview",
    "paint",
    "png",
    "reduce",
    "sample",
    "scaling",
    "sheet",
    "statistics",
    "table",
    "tables",
    "texts",
    "tile",
    "tiles",
    "tolerance",
    "wave_ranges",
    "waveform_png",
]
