"""Predictions of a whole gallery, against a bare loop of ONNX Runtime at the same batch size."""

from __future__ import annotations

import gzip
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.measure import median

SIZES = (32, 128)
ROUNDS = 3


class Rates(NamedTuple):
    """Entries in a second, medians, and the median of the ratios of runs side by side."""

    batch: int
    plain: float
    ours: float
    ratio: float


def images(data: Path, count: int) -> np.ndarray:
    """(count, 28, 28) uint8: the test set of Fashion-MNIST, else noise of its size."""
    place = data / "fashion-mnist" / "t10k-images-idx3-ubyte.gz"
    if not place.exists():
        return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
    with gzip.open(place) as file:
        return np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)[:count]


def rates(path: Path, pictures: np.ndarray, scratch: Path) -> list[Rates]:
    """A survey and a bare loop in turn, over decoded arrays, for each batch size."""
    import onnxruntime as ort

    from cutaway import inputs
    from cutaway.inputs.source import Source
    from cutaway.loaders import open_model
    from cutaway.session.gallery_reading import judged
    from cutaway.session.preparing import chosen_steps
    from cutaway.session.sidecar import Sidecar
    from cutaway.session.targets import Targets
    from cutaway.survey import Collection, Engine, Preparing, Survey
    from cutaway.survey.shelves import Rows
    from cutaway.trace import Control, predict

    model = open_model(path, lambda _: None)
    runner, targets, sidecar = model.start(), Targets(model.graph, model.hints, {}), Sidecar(path)
    sidecar.adopt(model)
    main, outputs = targets.main.id, model.graph.outputs
    queue = ThreadPoolExecutor(1)

    def steps(source: Source) -> list[inputs.Step]:
        return chosen_steps(None, sidecar, targets.target, source)

    known: dict[object, list[inputs.Step]] = {}

    def choose(source: Source) -> list[inputs.Step]:
        return known.setdefault(source.array.shape, steps(source))

    entries = Collection("bench")
    entries.add(Rows("images", pictures, None))

    def ours(batch: int) -> float:
        control = Control()
        engine = Engine(
            graph=model.graph,
            run=lambda array: queue.submit(
                predict, runner, {main: array}, outputs, control
            ).result(),
            real=lambda _, array: array,
            main=main,
            judge=partial(judged, model, targets, sidecar),
        )
        one = Survey(
            entries, engine, Preparing(targets.target, choose), scratch, control, lambda _: None,
            fixed=batch,
        )  # fmt: skip
        one.carry_out()
        if one.failed or one.batch != batch:
            raise SystemExit(f"{path.name}: {one.failed or one.notes}")
        return len(pictures) / one.seconds

    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    preparing = Preparing(targets.target, choose)
    sources = {i: entries.source(i) for i in range(len(pictures))}
    ready = np.concatenate([one.array for one in preparing.together(sources)[0]])

    def plain(batch: int) -> float:
        started = time.perf_counter()
        for first in range(0, len(ready), batch):
            session.run(None, {name: ready[first : first + batch]})
        return len(ready) / (time.perf_counter() - started)

    found: list[Rates] = []
    for batch in SIZES:
        ours(batch), plain(batch)
        pairs = [(plain(batch), ours(batch)) for _ in range(ROUNDS)]
        ratio = median([mine / bare for bare, mine in pairs])
        middle = [median([one[i] for one in pairs]) for i in (0, 1)]
        found.append(Rates(batch, *middle, ratio))
    runner.close()
    return found
