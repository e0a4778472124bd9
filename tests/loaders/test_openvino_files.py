"""Files that OpenVINO reads: by content, hostile, incomplete and damaged ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from loaders import made_paddle, made_tensorflow
from loaders.made_openvino import OPENVINO
from loaders.opened import opened

from cutaway.errors import (
    BrokenFile,
    MissingPackage,
    ModelError,
    RefusedFile,
    UnsupportedModel,
)
from cutaway.loaders import find, open_model


def test_files_are_known_by_their_content(tmp_path: Path) -> None:
    for name, make in OPENVINO.items():
        folder = tmp_path / name
        folder.mkdir()
        path = make(folder)
        assert find(path).name == "openvino"
        if path.is_file():
            assert find(path.rename(folder / "a file")).name == "openvino"


def test_a_graph_of_any_name_runs(tmp_path: Path) -> None:
    path = made_tensorflow.frozen(tmp_path).rename(tmp_path / "a file")
    assert opened(path).model.facts.format == "TensorFlow graph"


def test_the_doors_to_one_model_lead_to_the_same(tmp_path: Path) -> None:
    folder = made_tensorflow.saved_model(tmp_path)
    program = made_paddle.combined(tmp_path)
    apart = made_paddle.apart(tmp_path)
    for paths in (
        (folder, folder / "saved_model.pb"),
        (program, program.with_suffix(".pdiparams"), apart, apart / "__model__"),
    ):
        first, *others = [opened(path) for path in paths]
        for other in others:
            assert other.model.graph == first.model.graph
            for value, array in first.capture.tensors.items():
                np.testing.assert_array_equal(other.capture.tensors[value], array)


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openvino" else real(name)
    )
    path = made_tensorflow.frozen(tmp_path)
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[openvino\]'"):
        open_model(path, lambda _: None)


def refused(path: Path, kind: type[ModelError], words: str) -> None:
    with pytest.raises(kind, match=words) as told:
        open_model(path, lambda _: None)
    assert path.name in str(told.value) or path.stem in str(told.value)


def test_hostile_descriptions_are_refused(tmp_path: Path) -> None:
    path = OPENVINO["openvino twin"](tmp_path)
    text = path.read_text()
    entity = '<!DOCTYPE net [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<net'
    path.write_text(text.replace("<net", entity, 1))
    refused(path, RefusedFile, "declares a document type")
    for stated, words in (
        ('library="./evil.so"', "names the library"),
        ('library="evil.dll"', "names the library"),
        ('path="../outside.bin"', "outside the model's folder"),
        ('weights_path="/etc/passwd"', "outside the model's folder"),
        ('file_name="C:\\secret"', "outside the model's folder"),
    ):
        path.write_text(text.replace("<data ", f"<data {stated} ", 1))
        refused(path, RefusedFile, words)
    path.write_text(text)
    assert len(open_model(path, lambda _: None).graph.nodes) == 8


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "models"
    folder.mkdir()

    def moved(file: Path) -> None:
        file.rename(outside / file.name)
        file.symlink_to(outside / file.name)

    network = OPENVINO["openvino twin"](folder)
    moved(network.with_suffix(".bin"))
    refused(network, RefusedFile, "outside the model's folder")
    program = made_paddle.combined(folder)
    moved(program.with_suffix(".pdiparams"))
    refused(program, RefusedFile, "outside the model's folder")
    whole = made_tensorflow.saved_model(folder)
    (whole / "variables").mkdir()
    (outside / "variables.index").write_bytes(b"secret")
    (whole / "variables" / "variables.index").symlink_to(outside / "variables.index")
    with pytest.raises(RefusedFile, match="outside the model's folder"):
        open_model(whole, lambda _: None)


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname"])
def test_parameters_of_a_paddle_folder_lie_in_it(name: str, tmp_path: Path) -> None:
    folder = made_paddle.apart(tmp_path)
    (tmp_path / "secret").write_bytes(made_paddle.saved(made_paddle.WEIGHTS["linear_0.b_0"]))
    (folder / "__model__").write_bytes(made_paddle.program({"linear_0.b_0": name}))
    with pytest.raises(RefusedFile, match="outside the model's folder"):
        open_model(folder, lambda _: None)


def test_missing_files_are_told(tmp_path: Path) -> None:
    network = OPENVINO["openvino twin"](tmp_path)
    weights = network.with_suffix(".bin")
    content = weights.read_bytes()
    weights.write_bytes(content[:1000])
    refused(network, BrokenFile, "which has 1,000")
    weights.unlink()
    refused(network, BrokenFile, "twin.bin beside it, which is missing")
    program = made_paddle.combined(tmp_path)
    parameters = program.with_suffix(".pdiparams")
    held = parameters.read_bytes()
    parameters.unlink()
    refused(program, BrokenFile, "inference.pdiparams beside it, which is missing")
    program.unlink()
    parameters.write_bytes(held)
    refused(parameters, BrokenFile, "inference.pdmodel beside it")
    variables = made_tensorflow.saved_variables(tmp_path) / "variables"
    numbers = variables / "variables.data-00000-of-00001"
    numbers.write_bytes(numbers.read_bytes()[:30])
    with pytest.raises(BrokenFile, match="lacks numbers of its variables"):
        open_model(variables.parent, lambda _: None)
    for file in variables.iterdir():
        file.unlink()
    with pytest.raises(BrokenFile, match="lacks numbers of its variables"):
        open_model(variables.parent, lambda _: None)
    folder = made_paddle.apart(tmp_path)
    (folder / "linear_0.b_0").unlink()
    refused(folder, BrokenFile, "'linear_0.b_0' should lie in a file of its own")


def test_what_openvino_lacks_is_told(tmp_path: Path) -> None:
    newer = tmp_path / "inference.json"
    newer.write_text('{"base_code": {"magic": "pir", "version": 1}, "program": {}}')
    refused(newer, UnsupportedModel, "FLAGS_enable_pir_api=0")
    unknown = tmp_path / "unknown.pb"
    nodes = [
        made_tensorflow.placeholder("image", 2, 3),
        made_tensorflow.node("odd", "OperatorOfNobody", "image"),
    ]
    unknown.write_bytes(made_tensorflow.graph(nodes))
    refused(unknown, UnsupportedModel, "OperatorOfNobody")


@pytest.mark.parametrize("name", ["twin", "loop", "frozen", "function", "paddle"])
def test_damaged_files_are_told(name: str, tmp_path: Path) -> None:
    """Every damage ends in one sentence, or in a model whose weights can be read."""
    path = OPENVINO[f"openvino {name}"](tmp_path)
    file = path / "saved_model.pb" if path.is_dir() else path
    whole = file.read_bytes()
    draw = np.random.default_rng(0)
    ends: dict[str, int] = {}
    sentences: list[str] = []
    for turn in range(40):
        damaged = bytearray(whole)
        at = int(draw.integers(len(whole)))
        # Letters keep XML well-formed more often.
        damaged[at : at + 2] = (
            bytes(draw.integers(48, 58, 2, np.uint8)) if turn % 2 else draw.bytes(2)
        )
        cut = int(draw.integers(len(whole) // 2, len(whole))) if turn % 4 == 0 else len(whole)
        file.write_bytes(damaged[:cut])
        try:
            model = open_model(file, lambda _: None)
            for value in model.graph.values:
                if value.what in ("weight", "constant"):
                    model.weight(value.id)
            end = "a model"
        except ModelError as told:
            end = type(told).__name__
            sentences.append(str(told))
        ends[end] = ends.get(end, 0) + 1
    assert sum(ends.values()) == 40
    assert ends.get("a model", 0) < 40
    assert all(file.name in one or path.name in one for one in sentences)
    assert not any("\n" in one for one in sentences)
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BrokenFile, match="truncated or damaged"):
        open_model(file, lambda _: None)
