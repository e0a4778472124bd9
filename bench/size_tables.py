"""The tables of large graphs: Cutaway beside Netron and Model Explorer."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser
from playwright.sync_api import Error as PageError

from bench import graphs, peers, size
from bench.measure import median
from bench.pages import chromium as browsers
from bench.report import Report, at_least, ratio, shown, verdict

T = TypeVar("T")

TIMES = {1_000: 5, 10_000: 3, 100_000: 1}
"""How often each size is measured."""

NETRON_TARGET = {1_000: 0.7, 10_000: 0.25, 100_000: 0.08}
EXPLORER_TARGET = 0.6
PATIENCE = 240.0
"""Seconds for a peer's first picture."""
EXPLORER_UNFOLDS = {1_000: 90.0, 10_000: 60.0}
"""Seconds for Model Explorer to unfold everything."""
ZOOMED = 5.0
"""Seconds of zooming and panning at each zoom."""
GROWTH_TIMES = 3
MB = 1e6


@dataclass
class Size:
    """All that was measured at one size."""

    nodes: int
    netron: list[peers.Drawn] = field(default_factory=list)
    explorer: list[peers.Drawn] = field(default_factory=list)
    unfolded: list[peers.Unfolding] = field(default_factory=list)
    ours: list[size.Start] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    unfolding: list[size.Unfolding] = field(default_factory=list)


def write(report: Report, folder: Path, chromium: str, *, quick: bool = False) -> None:
    """Measure everything about size; write its tables.

    Args:
        report: where to.
        folder: where the graphs are made.
        chromium: path of the browser.
        quick: without the peers at the largest size, which take minutes.
    """
    made = {nodes: graphs.transformer(folder / f"t{nodes}.onnx", nodes) for nodes in TIMES}
    attempted(report, lambda: growth_table(report, made))
    with browsers(chromium) as browser:
        # A browser of its own: what draws for the pages keeps what earlier ones made it hold.
        attempted(report, lambda: memory_table(report, browser, made[100_000]))
    with browsers(chromium) as browser:
        attempted(report, lambda: fold_table(report, browser, made[100_000]))
        attempted(report, lambda: frames_table(report, browser, made[10_000]))
        attempted(report, lambda: shapes_table(report, browser, folder))
        # The largest comes last: a peer may take minutes, or all memory.
        found: list[Size] = []
        for nodes, path in made.items():
            found.append(Size(nodes))
            attempted(report, lambda f=found[-1], p=path: measure(browser, f, p, quick=quick))
    start_table(report, found)
    warm_table(report, found)
    unfold_table(report, found)


def attempted(report: Report, part: Callable[[], None]) -> None:
    """Does a part; one that fails is said to have failed, and the others are measured still."""
    try:
        part()
    except (PageError, RuntimeError, OSError, subprocess.SubprocessError) as error:
        words = f"Failed: {type(error).__name__}: {str(error).splitlines()[0]}"
        report.note(words)
        print(f"  {words}", flush=True)


def measure(browser: Browser, found: Size, path: Path, *, quick: bool) -> None:
    """Fills in one size, the programs in turn, so that a slow moment hits all."""
    nodes = found.nodes
    alone = quick and nodes == max(TIMES)
    found.warm += size.warm(browser, path, TIMES[nodes])
    for i in range(TIMES[nodes]):
        keep(found.ours, size.start(browser, path))
        if not alone:
            measure_peers(browser, found, path, again=i > 0)
        if nodes in EXPLORER_UNFOLDS:
            found.unfolding.append(size.unfold_all(browser, path))
        told(f"{nodes:,} nodes, {i + 1} of {TIMES[nodes]}")


def measure_peers(browser: Browser, found: Size, path: Path, *, again: bool) -> None:
    """One start of each peer; Model Explorer unfolds too, unless it did not manage before."""
    given_up = again and not found.unfolded
    seconds = 0.0 if given_up else EXPLORER_UNFOLDS.get(found.nodes, 0.0)
    if start := peers.explorer_start(browser, path, PATIENCE, found.nodes, seconds):
        found.explorer.append(start[0])
        keep(found.unfolded, start[1])
    if start := peers.netron_start(browser, path, PATIENCE):
        found.netron.append(start[0])


def keep(kept: list[T], figure: T | None) -> None:
    """Adds a figure where there is one."""
    if figure is not None:
        kept.append(figure)


def middle(figures: Iterable[float | None]) -> float | None:
    """The median of the figures that there are."""
    there = [figure for figure in figures if figure is not None]
    return median(there) if there else None


def told(words: str) -> None:
    """Says how far the measuring has come."""
    print(f"  [{time.strftime('%H:%M:%S')}] {words}", flush=True)


def start_table(report: Report, found: list[Size]) -> None:
    """From the command to the folded view."""
    report.section(
        "From the command to the folded view",
        "nodes",
        "runs",
        "Netron s",
        "Model Explorer s",
        "Cutaway s",
        "to Netron",
        "to Model Explorer",
        "maps too s",
    )
    for one in found:
        ours = middle(start.structure.command for start in one.ours)
        netron = middle(drawn.command for drawn in one.netron)
        explorer = middle(drawn.command for drawn in one.explorer)
        report.row(
            f"{one.nodes:,}",
            TIMES[one.nodes],
            shown(netron),
            shown(explorer),
            shown(ours),
            ratio(ours, netron, NETRON_TARGET[one.nodes]),
            ratio(ours, explorer, EXPLORER_TARGET),
            shown(middle(start.maps for start in one.ours)),
        )
    report.note(
        "Medians; each start with an empty browser cache. Cutaway: to the first finished "
        "picture of the folded view that has blocks, edges and words; maps to `cutaway:drawn`. "
        "Netron: to the second frame after its graph stands in the page and is shown. Model "
        "Explorer (ONNX through model-explorer-onnx): to its first finished drawing, three boxes. "
        f"A peer without a picture after {PATIENCE:g} s has no figure."
    )


def warm_table(report: Report, found: list[Size]) -> None:
    """From navigation, Cutaway's model parsed before."""
    report.section(
        "From navigation to the folded view, everything parsed",
        "nodes",
        "runs",
        "Netron s",
        "Model Explorer s",
        "Cutaway s",
        "to Netron",
        "to Model Explorer",
    )
    for one in found:
        ours = middle(one.warm)
        netron = middle(drawn.navigation for drawn in one.netron)
        explorer = middle(drawn.navigation for drawn in one.explorer)
        report.row(
            f"{one.nodes:,}",
            TIMES[one.nodes],
            shown(netron),
            shown(explorer),
            shown(ours),
            ratio(ours, netron, NETRON_TARGET[one.nodes] / 2),
            ratio(ours, explorer, EXPLORER_TARGET / 2),
        )
    report.note(
        "The same drawings as above, counted from navigation. Cutaway's server is up, the model "
        "parsed and run; the browser's cache is empty. The peers' servers are up too; they parse "
        "in the page (Netron) or when the page asks (Model Explorer) and keep nothing."
    )


def unfold_table(report: Report, found: list[Size]) -> None:
    """Everything unfolded."""
    report.section(
        "Unfolding everything",
        "nodes",
        "runs",
        "Model Explorer, first frame s",
        "Model Explorer, at rest s",
        "Netron, drawn s",
        "Cutaway, finished s",
        "with motion: first change s",
        "at rest with all maps s",
        "ratio",
    )
    for one in found:
        if one.nodes not in EXPLORER_UNFOLDS:
            continue
        ours = middle(unfolding.finished for unfolding in one.unfolding)
        rest = middle(unfolding.still for unfolding in one.unfolded)
        netron = middle(drawn.navigation for drawn in one.netron)
        small = one.nodes == min(TIMES)
        gave_up = f"not in {EXPLORER_UNFOLDS[one.nodes]:g}"
        report.row(
            f"{one.nodes:,}",
            TIMES[one.nodes],
            shown(middle(unfolding.first for unfolding in one.unfolded)),
            gave_up if rest is None else shown(rest),
            shown(netron),
            shown(ours, 3),
            shown(middle(unfolding.moving for unfolding in one.unfolding), 3),
            shown(middle(unfolding.rest for unfolding in one.unfolding)),
            (ratio(ours, rest, 0.1) + " of Model Explorer's at rest")
            if small
            else (ratio(ours, netron, 0.5) + " of Netron's"),
        )
    report.note(
        "Cutaway: from the call to the last finished frame in which more or less stands than "
        "before, less motion asked for; with motion, to the first finished frame with other "
        "pixels, and until nothing moves and every map in view has come. Model Explorer: from "
        "the click on its button to the first finished frame with all boxes, and to the last of "
        "its motion; tried once where it gave up. Netron draws everything at once: from "
        "navigation to its drawing."
    )


def frames_table(report: Report, browser: Browser, path: Path) -> None:
    """Frames per second, everything unfolded."""
    report.section(
        "Frames per second, zooming and panning 10,000 nodes, all unfolded",
        "zoom",
        "Netron",
        "Cutaway",
        "ratio",
    )
    ours = size.intervals(browser, path, ZOOMED)
    start = peers.netron_start(browser, path, PATIENCE, ZOOMED)
    for zoom in ("whole", "middle", "block"):
        fps = 1000 / median(ours[zoom])
        theirs = 1000 / median(start[1][zoom]) if start and start[1][zoom] else None
        report.row(
            zoom,
            shown(theirs, 1),
            shown(fps, 1),
            "no figure" if theirs is None else at_least(fps / theirs, 4),
        )
    report.note(
        f"From the median time between finished frames over {ZOOMED:g} s at 1280x720, one step "
        "of zooming (7 %) or panning (24 px) for each frame, the same for both, by scripted wheel "
        "and pointer events. Cutaway's frames are read back; Netron's are counted by animation "
        "frames that show something new, of which the browser begins none before it has rastered "
        "the one before. Whole: for Netron as far out as it goes, 0.15, where it shows a part."
    )


def growth_table(report: Report, made: dict[int, Path]) -> None:
    """Our own work before anything is drawn."""
    report.section(
        "Loading, grouping and layout without the engine",
        "nodes",
        "runs",
        "loading and grouping s",
        "outermost layout s",
        "all other layouts s",
        "together s",
        "growth",
    )
    before = None
    for nodes, path in made.items():
        runs = [size.growth(made[min(made)], path) for _ in range(GROWTH_TIMES)]
        whole = median([run.whole for run in runs])
        report.row(
            f"{nodes:,}",
            GROWTH_TIMES,
            shown(median([run.loading for run in runs])),
            shown(median([run.first for run in runs])),
            shown(median([run.rest for run in runs])),
            shown(whole),
            verdict(whole / before, 12) if before and nodes == 100_000 else "",
        )
        before = whole
    report.note(
        "Medians, each run in a fresh process that has opened a small graph before, so that "
        "imports do not count: `open_model`, then the layout of every group."
    )


def memory_table(report: Report, browser: Browser, path: Path) -> None:
    """What the browser holds."""
    memory = size.memory(browser, path)
    report.section(
        "Peak memory of the browser's renderers and GPU process at 100,000 nodes",
        "what",
        "MB",
        "verdict",
    )
    for what, held in {"folded": memory.folded, "then all unfolded": memory.unfolded}.items():
        report.row(what, f"{held / MB:.0f}", verdict(held / MB, 1000))
    report.note(
        "Proportional set size of both kinds of process together, looked at every 0.2 s from "
        "navigation on, in a browser of its own; measured once. Unfolding everything took "
        f"{memory.seconds:.2f} s until drawn."
    )


def fold_table(report: Report, browser: Browser, path: Path) -> None:
    """One group of many."""
    folding = size.fold_groups(browser, path)
    report.section(
        "Folding and unfolding one group of 100,000 nodes",
        "what",
        "median ms",
        "slowest ms",
        "with motion, first change: median ms",
    )
    for what, taken, moving in (
        ("unfold", folding.unfold, folding.unfold_moving),
        ("fold", folding.fold, folding.fold_moving),
    ):
        report.row(what, verdict(median(taken), 100), f"{max(taken):.0f}", f"{median(moving):.0f}")
    report.note(
        f"{len(folding.unfold)} groups of the first view, one after the other, each opened and "
        "closed from rest: from the call to the last finished frame in which more or less stands "
        "than before, less motion asked for. With motion: to the first finished frame with other "
        "pixels."
    )


def shapes_table(report: Report, browser: Browser, folder: Path) -> None:
    """Graphs without a hierarchy."""
    report.section("Other shapes, from the command to the folded view", "graph", "nodes", "s")
    for name, nodes in {"flat": 100_000, "chain": 50_000}.items():
        path = graphs.MAKERS[name](folder / f"{name}.onnx", nodes)
        start = size.start(browser, path, maps=False)
        drawn = "missed, not drawn" if start is None else f"{start.structure.command:.2f}"
        report.row(name, f"{nodes:,}", drawn)
    report.note(
        "Measured once, to the first finished picture with blocks, edges and words; `flat` has no "
        "word of hierarchy in its names."
    )
