"""Strands: runs of blocks, and of the values that pass them by, that lie straight in one lane."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from cutaway.layout.projection import Projection
from cutaway.layout.ranks import Ranks


@dataclass(slots=True)
class Pieces:
    """What takes up room: units, then wires, each from rank ``start`` to rank ``end``.

    A wire is a value passing the ranks between its maker and its last reader; one value has one
    wire, however many read it, and one more where it leads back to the left.
    """

    start: list[int]
    end: list[int]
    blocks: list[int]
    """Blocks in a unit; 0 for wires."""
    weight: list[int]
    """How much a piece draws the straight way: its blocks, but 0 where they only work out the
    shapes or indices of others."""
    component: list[int]
    wire: dict[int, int] = field(default_factory=dict[int, int])
    """Piece by value."""
    back_wire: dict[int, int] = field(default_factory=dict[int, int])
    """Piece by value, of those that lead back."""
    maker: dict[int, int] = field(default_factory=dict[int, int])
    """Unit that a wire starts at, by wire."""
    joints: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    """Where one piece leads to another: the first, the rank it is left at, and the second, which
    is met one rank further."""
    onward: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    """Pieces of which the second may follow the first in one lane."""

    def join(self, first: int, left: int, second: int, *, steers: bool = False) -> None:
        """Notes that one piece leads to another."""
        self.joints.append((first, left, second))
        if not steers and left == self.end[first]:
            self.onward.append((first, second))

    def add_wire(self, maker: int, start: int, end: int) -> int:
        """The number of a new wire."""
        wire = len(self.start)
        self.start.append(start)
        self.end.append(end)
        self.blocks.append(0)
        self.weight.append(0)
        self.component.append(self.component[maker])
        self.maker[wire] = maker
        return wire


def cut(projection: Projection, ranks: Ranks) -> Pieces:
    """Units and wires, and how they lead to each other."""
    units = projection.units
    steering = _steering(projection, ranks)
    pieces = Pieces(
        start=list(ranks.start),
        end=[start + len(unit) - 1 for start, unit in zip(ranks.start, units, strict=True)],
        blocks=[len(unit) for unit in units],
        weight=[0 if number in steering else len(unit) for number, unit in enumerate(units)],
        component=list(ranks.component),
    )
    last, first = _reach(projection, ranks)
    for number, link in enumerate(projection.links):
        value, source = link.value, ranks.unit_of[link.source]
        left, met = ranks.of[link.source], ranks.of[link.target]
        if number in ranks.back:
            if value not in pieces.back_wire:
                pieces.back_wire[value] = pieces.add_wire(source, first[value], left)
            continue
        if last[value] > left + 1 and value not in pieces.wire:
            pieces.wire[value] = pieces.add_wire(source, left + 1, last[value] - 1)
            pieces.join(source, left, pieces.wire[value])
        target = ranks.unit_of[link.target]
        if met > left + 1:
            pieces.join(pieces.wire[value], met - 1, target, steers=link.steers)
        elif target != source:
            pieces.join(source, left, target, steers=link.steers)
    return pieces


def _steering(projection: Projection, ranks: Ranks) -> set[int]:
    """Units of which all readers, or the readers of these, only take shapes or indices."""
    out: list[list[tuple[int, bool]]] = [[] for _ in projection.units]
    for number, link in enumerate(projection.links):
        source, target = ranks.unit_of[link.source], ranks.unit_of[link.target]
        if source != target and number not in ranks.back:
            out[source].append((target, link.steers))
    found: set[int] = set()
    for unit in sorted(range(len(out)), key=lambda unit: -ranks.start[unit]):
        if out[unit] and all(steers or target in found for target, steers in out[unit]):
            found.add(unit)
    return found


def _reach(projection: Projection, ranks: Ranks) -> tuple[dict[int, int], dict[int, int]]:
    """By value: the last rank at which it is read, and the first one among those to the left."""
    last: dict[int, int] = {}
    first: dict[int, int] = {}
    for number, link in enumerate(projection.links):
        met = ranks.of[link.target]
        if number in ranks.back:
            first[link.value] = min(first.get(link.value, met), met)
        else:
            last[link.value] = max(last.get(link.value, met), met)
    return last, first


@dataclass(slots=True)
class Strand:
    """Pieces one after another, without a gap."""

    pieces: list[int]
    start: int
    end: int
    blocks: int
    """How many blocks are on it; 0 where it only passes others by."""
    component: int
    main: bool = False
    """Whether it is the heaviest of its connected part."""


def wind(pieces: Pieces) -> tuple[list[Strand], list[int]]:
    """The strands, main ones first, and the strand of each piece.

    The heaviest way through each connected part is taken out whole; from what is left, strands
    start in the order of ranks and go on along what is heaviest.
    """
    count = len(pieces.start)
    after: list[list[int]] = [[] for _ in range(count)]
    for first, second in pieces.onward:
        after[first].append(second)
    order = sorted(range(count), key=lambda piece: pieces.start[piece])
    strand_of = [-1] * count
    strands: list[Strand] = []

    def take(piece: int, ahead: list[int], *, main: bool) -> None:
        along = [piece]
        strand_of[piece] = len(strands)
        while (best := _best(after[piece], ahead, strand_of)) is not None:
            piece = best
            along.append(piece)
            strand_of[piece] = len(strands)
        blocks = sum(pieces.blocks[one] for one in along)
        part = pieces.component[piece]
        ends = pieces.start[along[0]], pieces.end[piece]
        strands.append(Strand(along, *ends, blocks, part, main))

    ahead = _ahead(pieces.weight, after, reversed(order), strand_of)
    starts: dict[int, int] = {}
    for piece in order:
        best = starts.setdefault(pieces.component[piece], piece)
        if ahead[piece] > ahead[best]:
            starts[pieces.component[piece]] = piece
    for piece in starts.values():
        take(piece, ahead, main=True)
    ahead = _ahead(pieces.weight, after, reversed(order), strand_of)
    for piece in order:
        if strand_of[piece] < 0:
            take(piece, ahead, main=False)
    return strands, strand_of


def _ahead(
    weight: list[int], after: list[list[int]], order: Iterable[int], strand_of: list[int]
) -> list[int]:
    """Weight of the heaviest way from each piece on, over pieces that are on no strand yet."""
    found = [0] * len(weight)
    for piece in order:
        rest = [found[one] for one in after[piece] if strand_of[one] < 0]
        found[piece] = weight[piece] + max(rest, default=0)
    return found


def _best(after: list[int], ahead: list[int], strand_of: list[int]) -> int | None:
    free = [piece for piece in after if strand_of[piece] < 0]
    return max(free, key=ahead.__getitem__) if free else None
