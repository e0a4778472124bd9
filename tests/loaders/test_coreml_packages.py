"""Core ML packages: archives of them, and what is damaged or leads out of them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from loaders.made_coreml import COREML, coreml_program, ct, network, written

from cutaway.errors import BrokenFile, ModelError, RefusedFile
from cutaway.loaders import Model, open_model


def shown(path: Path) -> Model:
    return open_model(path, lambda _: None)


def zipped(folder: Path, path: Path, *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    archive = path.with_suffix(".zip")
    with zipfile.ZipFile(archive, "w", method) as out:
        for file in sorted(folder.rglob("*")):
            out.write(file, file.relative_to(folder.parent).as_posix())
    return archive


def test_a_zipped_package_is_the_same(tmp_path: Path) -> None:
    folder = coreml_program(tmp_path)
    packed, plain = shown(zipped(folder, folder)), shown(folder)
    assert packed.graph == plain.graph
    for value in plain.graph.values:
        if value.what in ("weight", "constant"):
            np.testing.assert_array_equal(packed.weight(value.id), plain.weight(value.id))


def specification(folder: Path) -> Path:
    return folder / "Data" / "com.apple.CoreML" / "model.mlmodel"


def repointed(folder: Path, stated: str) -> None:
    """Let every stored number lie in another file, whose name has any length."""
    file = specification(folder)
    spec = ct.proto.Model_pb2.Model.FromString(file.read_bytes())
    for block in spec.mlProgram.functions["main"].block_specializations.values():
        for operation in block.operations:
            for value in operation.attributes.values():
                if value.WhichOneof("value") == "blobFileValue":
                    value.blobFileValue.fileName = stated
    file.write_bytes(spec.SerializeToString())


@pytest.mark.parametrize(
    "stated",
    [
        "@model_path/../../../secret.bin", "../secret.bin", "/etc/passwd", "C:\\secret.bin",
        "@model_path/..\\..\\secret.bin", "@model_path//etc/passwd", "",
    ],
)  # fmt: skip
def test_weights_outside_the_package_are_refused(tmp_path: Path, stated: str) -> None:
    folder = coreml_program(tmp_path)
    weights = folder / "Data" / "com.apple.CoreML" / "weights" / "weight.bin"
    (tmp_path / "secret.bin").write_bytes(weights.read_bytes())
    repointed(folder, stated)
    with pytest.raises(RefusedFile, match="outside of it"):
        shown(folder)
    with pytest.raises(RefusedFile, match="outside of it"):
        shown(zipped(folder, tmp_path / "a"))


def test_links_out_of_the_package_are_refused(tmp_path: Path) -> None:
    folder = coreml_program(tmp_path)
    weights = folder / "Data" / "com.apple.CoreML" / "weights" / "weight.bin"
    weights.rename(tmp_path / "elsewhere.bin")
    weights.symlink_to(tmp_path / "elsewhere.bin")
    with pytest.raises(RefusedFile, match="is a link to"):
        shown(folder)


def test_weights_that_are_missing_or_short_are_told(tmp_path: Path) -> None:
    folder = coreml_program(tmp_path)
    weights = folder / "Data" / "com.apple.CoreML" / "weights" / "weight.bin"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:100])
    with pytest.raises(BrokenFile, match="100"):
        shown(folder)
    weights.write_bytes(bytes(len(whole)))
    with pytest.raises(BrokenFile, match="fetch or save the package again"):
        shown(folder)
    weights.unlink()
    with pytest.raises(BrokenFile, match=r"weights/weight.bin, which is missing"):
        shown(folder)


@pytest.mark.parametrize(
    "manifest",
    [
        "", "{", "[]", "{}", '{"rootModelIdentifier": "a", "itemInfoEntries": {}}', "[" * 100_000,
        '{"rootModelIdentifier": "a", "itemInfoEntries": {"a": {"path": "nowhere.mlmodel"}}}',
    ],
)  # fmt: skip
def test_a_bad_manifest_is_told(tmp_path: Path, manifest: str) -> None:
    folder = coreml_program(tmp_path)
    (folder / "Manifest.json").write_text(manifest)
    with pytest.raises(BrokenFile, match=r"program\.mlpackage|Manifest\.json"):
        shown(folder)


def test_a_manifest_that_leads_out_is_refused(tmp_path: Path) -> None:
    folder = coreml_program(tmp_path)
    told = {"rootModelIdentifier": "a", "itemInfoEntries": {"a": {"path": "../../x.mlmodel"}}}
    (folder / "Manifest.json").write_text(json.dumps(told))
    with pytest.raises(RefusedFile, match="outside of it"):
        shown(folder)


@pytest.mark.parametrize("name", COREML)
def test_damaged_models_are_told_or_shown(name: str, tmp_path: Path) -> None:
    path = COREML[name](tmp_path)
    file = specification(path) if path.is_dir() else path
    whole = file.read_bytes()
    draw = np.random.default_rng(0)
    told = 0
    for _ in range(40):
        damaged = bytearray(whole)
        at = int(draw.integers(1, len(whole)))
        damaged[at : at + 4] = draw.bytes(4)
        file.write_bytes(damaged[: int(draw.integers(at, len(whole)))])
        try:
            model = shown(path)
            for value in model.graph.values:
                if value.what in ("weight", "constant"):
                    model.weight(value.id)
        except ModelError:
            told += 1
    assert told > 0
    file.write_bytes(whole[:-20])
    with pytest.raises(ModelError):
        shown(path)


def test_numbers_of_another_count_are_told(tmp_path: Path) -> None:
    spec = network().spec
    del spec.neuralNetwork.layers[0].convolution.weights.floatValue[-1]
    with pytest.raises(BrokenFile, match="wants 216 numbers, 215 are stored"):
        shown(written(spec, tmp_path / "a.mlmodel"))
