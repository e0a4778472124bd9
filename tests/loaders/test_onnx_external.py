"""External data: where it may lie, and files larger than a message can be."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from loaders.made import F, info, onnx_external, random, save
from onnx import TensorProto, helper

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options
from cutaway.trace import Control


def pointing(folder: Path, location: str, **words: int) -> Path:
    """A model in ``folder/models`` whose weight of four numbers lies at a location."""
    models = folder / "models"
    models.mkdir(exist_ok=True)
    weight = TensorProto(name="w", data_type=F, dims=[4])
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **words}.items():
        weight.external_data.add(key=key, value=str(value))
    nodes = [helper.make_node("Add", ["x", "w"], ["y"], "add")]
    return save(models, "pointing", nodes, [info("x", 4)], [info("y", 4)], [weight])


def refused(path: Path) -> str:
    with pytest.raises(RefusedFile) as told:
        LOADER.open(path, lambda _: None, Options())
    return str(told.value)


def test_data_outside_the_folder_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(16))
    for location in ("../secret.bin", str(secret), "sub/../../secret.bin", "C:\\secret.bin", ""):
        assert "outside the model's folder" in refused(pointing(tmp_path, location))


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    path = pointing(tmp_path, "link.bin")
    (tmp_path / "secret.bin").write_bytes(bytes(16))
    try:
        (tmp_path / "models" / "link.bin").symlink_to(tmp_path / "secret.bin")
    except OSError:  # Windows without the right to make links
        return
    assert "link.bin" in refused(path)


def test_a_pointer_hidden_in_a_small_node_is_refused(tmp_path: Path) -> None:
    held = TensorProto(data_type=F, dims=[4], data_location=TensorProto.EXTERNAL)
    held.external_data.add(key="location", value="../secret.bin")
    nodes = [helper.make_node("Constant", [], ["y"], "sly", value=held)]
    nodes[0].attribute[0].type = 0  # claims to be of no type
    assert "secret.bin" in refused(save(tmp_path, "sly", nodes, [], [info("y", 4)]))


def test_a_download_cache_of_links_opens(tmp_path: Path) -> None:
    blobs, shown = tmp_path / "blobs", tmp_path / "snapshots" / "1"
    blobs.mkdir()
    shown.mkdir(parents=True)
    weights = random(4)
    (blobs / "22").write_bytes(weights.tobytes())
    pointing(tmp_path, "weights.bin").rename(blobs / "11")
    try:
        (shown / "model.onnx").symlink_to(blobs / "11")
        (shown / "weights.bin").symlink_to(blobs / "22")
    except OSError:  # Windows without the right to make links
        return
    model = LOADER.open(shown / "model.onnx", lambda _: None, Options())
    np.testing.assert_array_equal(model.weight(model.graph.value_named["w"].id), weights)
    capture = model.start().run({0: np.ones(4, np.float32)}, Control())
    assert capture.failure is None
    np.testing.assert_array_equal(capture.tensors[model.graph.value_named["y"].id], weights + 1)


@pytest.mark.parametrize(
    ("size", "words", "told"),
    [
        (None, {}, "cannot be read"),
        (8, {}, "should end at byte 16"),
        (16, {"offset": 8}, "should end at byte 24"),
        (16, {"length": 8}, "needs 16 bytes"),
        (16, {"offset": -4}, "should end at byte"),
    ],
)
def test_missing_and_short_data_is_a_broken_file(
    tmp_path: Path, size: int | None, words: dict[str, int], told: str
) -> None:
    path = pointing(tmp_path, "w.bin", **words)
    if size is not None:
        (tmp_path / "models" / "w.bin").write_bytes(bytes(size))
    with pytest.raises(BrokenFile, match=told):
        LOADER.open(path, lambda _: None, Options())


def test_weights_are_maps_of_their_files(tmp_path: Path) -> None:
    model = LOADER.open(onnx_external(tmp_path), lambda _: None, Options())
    for name, expected in (
        ("inside", random(64, 32)),
        ("outside", random(32, 16, seed=1)),
        ("held", random(64, 64, seed=2)),
    ):
        array = model.weight(model.graph.value_named[name].id)
        np.testing.assert_array_equal(array, expected)
        assert isinstance(array, np.memmap) == (expected.nbytes > 4096 or name == "outside")


def test_more_than_two_gigabytes_open_and_run(tmp_path: Path) -> None:
    rows, columns = 600_000, 1024
    last = np.arange(columns, dtype=np.float32)
    with (tmp_path / "w.bin").open("wb") as file:  # a hole, but for the last row
        file.seek((rows - 1) * columns * 4)
        file.write(last.tobytes())
    weight = TensorProto(name="w", data_type=F, dims=[rows, columns])
    weight.data_location = TensorProto.EXTERNAL
    weight.external_data.add(key="location", value="w.bin")
    nodes = [helper.make_node("Gather", ["w", "rows"], ["y"], "gather")]
    inputs = [info("rows", 2, kind=TensorProto.INT64)]
    path = save(tmp_path, "huge", nodes, inputs, [info("y", 2, columns)], [weight])
    model = LOADER.open(path, lambda _: None, Options())
    assert model.facts.bytes > 2 << 30
    capture = model.start().run({0: np.array([0, rows - 1])}, Control())
    assert capture.failure is None
    picked = capture.tensors[model.graph.value_named["y"].id]
    np.testing.assert_array_equal(picked, [np.zeros(columns), last])


def test_more_than_memory_opens_at_once_and_reads_only_what_is_looked_at(tmp_path: Path) -> None:
    count, width = 2000, 1024  # 8 GB, all of them a hole
    each = width * width * 4
    weights = [TensorProto(name=f"w{at}", data_type=F, dims=[width, width]) for at in range(count)]
    for at, weight in enumerate(weights):
        weight.data_location = TensorProto.EXTERNAL
        words = {"location": "w.bin", "offset": at * each, "length": each}
        for key, value in words.items():
            weight.external_data.add(key=key, value=str(value))
    nodes = [
        helper.make_node("MatMul", [f"v{at}", f"w{at}"], [f"v{at + 1}"]) for at in range(count)
    ]
    inputs, outputs = [info("v0", 1, width)], [info(f"v{count}", 1, width)]
    path = save(tmp_path, "larger", nodes, inputs, outputs, weights)
    with (tmp_path / "w.bin").open("wb") as file:
        file.truncate(count * each)
    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    model = LOADER.open(path, lambda _: None, Options())
    weight = model.weight(model.graph.value_named["w1999"].id)
    assert weight[-1, -1] == 0
    assert isinstance(weight, np.memmap)
    assert process.memory_info().rss - before < 100 << 20
    assert time.perf_counter() - started < 5  # 0.2 s where nothing else runs
    assert model.facts.bytes > model.facts.parameters * 4 == count * each
