"""``python -m bench``: measures, prints, and writes bench/RESULTS.md."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from bench import (
    arithmetic,
    capture,
    engines,
    frames,
    gallery,
    keras_start,
    live,
    models,
    pages,
    preparing,
    receptive,
    size_tables,
    tensors,
    weights,
)
from bench.measure import median
from bench.report import Report, at_least, verdict

RESULTS = Path(__file__).parent / "RESULTS.md"
TIMES = 5
MB = 1e6
PEERS = ["ai-edge-model-explorer", "model-explorer-onnx"]


def machine() -> list[str]:
    """What was measured on, and with what."""
    names = [
        "onnxruntime",
        "keras",
        "jax",
        "torch",
        "torchlens",
        "ai-edge-litert",
        "netron",
        *PEERS,
        "numpy",
        "playwright",
    ]
    versions = ", ".join(f"{n} {importlib.metadata.version(n)}" for n in names)
    memory = psutil.virtual_memory().total / 2**30
    cores = f"{os.cpu_count()} cores, {memory:.0f} GB."
    return [
        "# Measured",
        "",
        "Written by `make bench`; ratios are taken side by side in one run.",
        "Medians of at least 5, where a table does not say otherwise.",
        "",
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {cores}",
        f"Python {platform.python_version()}, {versions}.",
        "Headless Chromium draws in software (SwiftShader) at 1280x720.",
    ]


def report_capture(report: Report, made: dict[str, Path]) -> None:
    """Capturing every tensor."""
    report.section(
        "Every intermediate tensor captured, against a plain run of ONNX Runtime",
        "model",
        "plain ms",
        "captured ms",
        "ratio",
    )
    for name, run, held, ratio in capture.ratios(made):
        target = 1.2 if name == "AlexNet" else 1.6
        report.row(name, f"{run * 1e3:.1f}", f"{held * 1e3:.1f}", verdict(ratio, target))


def report_engines(report: Report, alexnet: Path) -> None:
    """Capturing in other engines than ONNX Runtime."""
    report.section(
        "Every intermediate tensor captured in other engines",
        "model",
        "plain ms",
        "captured ms",
        "ratio to plain",
        "TorchLens ms",
        "ratio to TorchLens",
    )
    rows = [*engines.torch_captures(), *engines.litert_captures(), *engines.keras_captures(alexnet)]
    for name, plain, ours, theirs in rows:
        ratio = f"{ours / plain:.2f}" if theirs else verdict(ours / plain, 1.5)
        peer = ("", "") if theirs is None else (f"{theirs * 1e3:.1f}", verdict(ours / theirs, 0.25))
        report.row(name, f"{plain * 1e3:.1f}", f"{ours * 1e3:.1f}", ratio, *peer)


def report_weights(report: Report, folder: Path) -> None:
    """Structure of files of 10 GB."""
    report.section("Structure of a file of 10 GB", "file", "seconds", "peak MB, imports included")
    for make in (weights.safetensors, weights.onnx_external):
        path = make(folder)
        took, peak = weights.opened(path)
        report.row(path.suffix[1:], verdict(took, 1.0), verdict(peak / MB, 300))


def report_pages(report: Report, made: dict[str, Path], chromium: str) -> None:
    """From the command, and from navigation, to the picture."""
    report.section(
        "From the command to the picture, against Netron",
        "model",
        "Netron s",
        "structure s",
        "ratio",
        "all tensors s",
        "ratio",
        "Netron from navigation s",
        "all from navigation, server up s",
        "ratio",
    )
    with pages.chromium(chromium) as browser:
        for name, path in made.items():
            peers = pages.repeated(browser, lambda p, f=path: pages.netron(p, f), TIMES)
            ours = pages.repeated(browser, lambda p, f=path: pages.cutaway(p, f), TIMES)
            warm = pages.warm_navigation(browser, path, TIMES)
            theirs, navigated = (median([one[i] for one in peers]) for i in (0, 1))
            structure = median([one.structure for one in ours])
            everything = median([one.everything for one in ours])
            report.row(
                name,
                f"{theirs:.2f}",
                f"{structure:.2f}",
                verdict(structure / theirs, 1.0),
                f"{everything:.2f}",
                verdict(everything / theirs, 1.3),
                f"{navigated:.2f}",
                f"{warm:.2f}",
                verdict(warm / navigated, 0.6),
            )
        report.section("From a click on a port to its picture", "layer", "median ms")
        taken = pages.click_to_picture(browser, made["AlexNet"]) * 1e3
        report.row("384 channels of AlexNet", verdict(taken, 150))


def report_memory(report: Report, made: dict[str, Path], chromium: str) -> None:
    """Peak memory of server and worker."""
    report.section(
        "Peak memory of server and worker, from the command to everything drawn",
        "model",
        "peak MB",
        "allowed MB",
        "verdict",
    )
    with pages.chromium(chromium) as browser:
        for name, path in made.items():
            peak = keras_start.server_peak(browser, path)
            allowed = path.stat().st_size * 2 + trace_bytes(path) + 400 * MB
            word = "reached" if peak <= allowed else "missed"
            report.row(name, f"{peak / MB:.0f}", f"{allowed / MB:.0f}", word)


def trace_bytes(path: Path) -> int:
    """Bytes of all tensors of one run."""
    import cutaway

    with cutaway.open(path) as model:
        return sum(model.run()[name].nbytes for name in model.run().names())


def report_keras(report: Report, folder: Path, chromium: str) -> None:
    """Keras: time and memory beyond the framework's own."""
    path = keras_start.alexnet(folder / "alexnet.h5")
    report.section(
        "Keras AlexNet (187 MB, backend jax)",
        "what",
        "framework alone",
        "Cutaway",
        "beyond it",
    )
    with pages.chromium(chromium) as browser:
        own, structure, everything = keras_start.times(browser, path, TIMES)
        report.row(
            "import, load, run; all drawn",
            f"{own:.2f} s",
            f"{everything:.2f} s",
            verdict(everything - own, 2) + " s",
        )
        report.row("structure drawn", "", f"{structure:.2f} s", "")
        alone, ours = keras_start.peaks(browser, path)
        report.row(
            "peak memory",
            f"{alone / MB:.0f} MB",
            f"{ours / MB:.0f} MB",
            verdict((ours - alone) / MB, 250) + " MB",
        )


def report_preparing(report: Report) -> None:
    """Decoding and preprocessing beside the network that they are for."""
    report.section(
        "From a photo's file to the input of MobileNetV2, beside its inference by LiteRT",
        "photo",
        "decoding ms",
        "preparing ms",
        "inference ms",
        "ratio",
    )
    for one in preparing.prepared():
        times = (one.decoding, one.preparing, one.inference)
        report.row(one.name, *(f"{t * 1e3:.1f}" for t in times), verdict(one.ratio, 1.0))


def report_tensors(report: Report, folder: Path, chromium: str) -> None:
    """Tensors: pictures, statistics, frames, probes, sums."""
    report.section(
        "A tensor: first picture and statistics, against NumPy",
        "what",
        "NumPy s",
        "Cutaway s",
        "verdict",
    )
    first, held = tensors.first_picture(), tensors.statistics()
    allowed = first.numpy * 1.5 + 0.15
    word = "reached" if first.ours <= allowed else "missed"
    told = f"{first.ours:.3f} of {allowed:.3f} allowed, {word}"
    report.row("first picture, (1, 2048, 64, 64)", f"{first.numpy:.3f}", f"{first.ours:.3f}", told)
    ratio = verdict(held.ratio, 0.7)
    report.row("statistics of 1 GB", f"{held.numpy:.2f}", f"{held.ours:.2f}", ratio)
    report.section("Other figures of tensors", "what", "figure", "target")
    report.row("memory beyond that 1 GB", f"{held.beyond / MB:.0f} MB", "256 MB")
    report.row("sampled picture of 4 GB", f"{tensors.sampled() * 1e3:.0f} ms", "500 ms")
    _, took = receptive.probed()
    report.row("1,000 receptive fields of ResNet-50", f"{took:.2f} s", "1 s")
    for what, milliseconds in arithmetic.explained().items():
        report.row(f"one explained cell, {what}", f"{milliseconds:.1f} ms", "20 ms")
    with pages.chromium(chromium) as browser:
        many, few = frames.frames(browser, folder)
    told = f"{many:.0f} ms beside {few:.0f} ms: {many / few:.2f}"
    report.row("a frame with 2,048 maps beside one with 16", told, "1.3")


def report_live(report: Report, chromium: str) -> None:
    """Live drawing: from the pen to the picture."""
    report.section(
        "Live drawing on the demo model, from the pen to the last visible map drawn",
        "model, how it is drawn on",
        "pen to drawn, median ms",
        "p90 ms",
        "request to answer, median ms",
        "p90 ms",
        "of it preparation, run, pictures ms",
        "maps, frames",
    )
    frames: list[float] = []
    with pages.chromium(chromium) as browser:
        for words, strokes in live.measured(browser):
            drawn, trip = strokes.of("drawn"), strokes.of("trip")
            report.row(
                words,
                verdict(median(drawn), 120),
                f"{live.p90(drawn):.0f}",
                verdict(median(trip), 25),
                f"{live.p90(trip):.0f}",
                ", ".join(f"{median(strokes.of(n)):.1f}" for n in ("prepare", "run", "pictures")),
                f"{strokes.maps}, {len(drawn)}",
            )
            frames.append(strokes.frame)
    report.note(
        f"One frame of the whole window, drawn from scratch, took {median(frames):.0f} ms here. A "
        "frame is timed from the newest movement of the pen that it shows."
    )


def report_gallery(report: Report, folder: Path) -> None:
    """Predictions only, of many inputs."""
    from cutaway import demo

    data = Path(os.environ.get("CUTAWAY_DATA", Path(__file__).parents[2] / "shared" / "data"))
    report.section(
        "10,000 pictures, predictions only, against a bare loop of ONNX Runtime",
        "model",
        "batch",
        "bare loop, a second",
        "Cutaway, a second",
        "% of the bare loop",
    )
    pictures = gallery.images(data, 10_000)
    for one in gallery.rates(demo.model(prefer_keras=False), pictures, folder):
        told = at_least(one.ratio * 100, 90)
        report.row("demo", one.batch, f"{one.plain:.0f}", f"{one.ours:.0f}", told)
    report.note(
        "The bare loop is given arrays that are prepared already; Cutaway prepares and reads too."
    )


def parts(
    report: Report, folder: Path, chromium: str, *, quick: bool
) -> dict[str, Callable[[], None]]:
    """What can be measured, by the name it has on the command line."""
    made: dict[str, Path] = {}

    def needed() -> dict[str, Path]:
        """The two real networks, made when first asked for."""
        if not made:
            made["AlexNet"] = models.alexnet(folder / "alexnet.onnx")
            made["ResNet-50"] = models.resnet50(folder / "resnet50.onnx")
        return made

    return {
        "capture": lambda: report_capture(report, needed()),
        "pages": lambda: report_pages(report, needed(), chromium),
        "memory": lambda: report_memory(report, needed(), chromium),
        "keras": lambda: report_keras(report, folder, chromium),
        "engines": lambda: report_engines(report, keras_start.alexnet(folder / "alexnet.h5")),
        "weights": lambda: report_weights(report, folder),
        "tensors": lambda: report_tensors(report, folder, chromium),
        "live": lambda: report_live(report, chromium),
        "preparing": lambda: report_preparing(report),
        "gallery": lambda: report_gallery(report, folder),
        "size": lambda: size_tables.write(report, folder, chromium, quick=quick),
    }


def end(place: str) -> None:
    """Ended from outside: nothing that was started or made may stay behind."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    shutil.rmtree(place, ignore_errors=True)
    os._exit(143)


def main() -> None:
    """Measure everything, or the parts named on the command line.

    The parts: capture pages memory keras engines weights tensors live preparing gallery size.
    With ``--quick`` the peers are left out where they take minutes. Only a whole run writes the
    results.
    """
    wanted = {word for word in sys.argv[1:] if not word.startswith("--")}
    quick = "--quick" in sys.argv
    chromium = os.environ.get("CUTAWAY_CHROMIUM") or shutil.which("chromium") or ""
    report = Report()
    report.lines += machine()
    with tempfile.TemporaryDirectory(prefix="cutaway-bench-") as place:
        signal.signal(signal.SIGTERM, lambda *_: end(place))
        known = parts(report, Path(place), chromium, quick=quick)
        if strange := wanted - known.keys():
            raise SystemExit(f"no part {', '.join(sorted(strange))}; there are {', '.join(known)}")
        for name, part in known.items():
            if not wanted or name in wanted:
                part()
    if not wanted and not quick:
        RESULTS.write_text("\n".join(report.lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
