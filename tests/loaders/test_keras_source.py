"""What of a Keras file is refused, and what is said of one that is damaged."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from loaders.made_keras import KERAS, sequential

from cutaway.errors import (
    BrokenFile,
    ModelError,
    RefusedFile,
    UnsupportedModel,
)  # fmt: skip
from cutaway.loaders import find
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a small model, by ending."""
    folder = tmp_path_factory.mktemp("kept")
    return {
        ending: KERAS[name](folder).read_bytes()
        for name, ending in (("keras sequential h5", ".h5"), ("keras sequential", ".keras"))
    }


def told(path: Path, kind: type[ModelError]) -> str:
    assert LOADER.match(path, path.read_bytes()[:4096])
    with pytest.raises(kind) as error:
        LOADER.open(path, lambda _: None, Options())
    return str(error.value)


def edited(path: Path, source: bytes, change: Callable[[Any], None]) -> Path:
    """The model with its configuration changed in place."""
    path.write_bytes(source)
    if path.suffix == ".h5":
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            change(config)
            file.attrs["model_config"] = json.dumps(config)
        return path
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    change(config)
    members["config.json"] = json.dumps(config).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def layer(config: Any, name: str) -> dict[str, Any]:
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


CODE = {"class_name": "__lambda__", "config": {"code": "4wEAAAA="}}


@pytest.mark.parametrize("ending", [".h5", ".keras"])
@pytest.mark.parametrize(
    "change",
    [
        lambda dense: dense.update(class_name="Lambda"),
        lambda dense: dense["config"].update(activation=CODE),
        lambda dense: dense.update(class_name="TFSMLayer"),
        lambda dense: dense["config"].update(
            kernel_initializer={"class_name": "TorchModuleWrapper", "config": {}}
        ),
    ],
)
def test_code_is_refused_and_its_layer_named(
    made: dict[str, bytes], tmp_path: Path, ending: str, change: Callable[[Any], None]
) -> None:
    path = edited(
        tmp_path / f"code{ending}", made[ending], lambda config: change(layer(config, "dense"))
    )
    said = told(path, RefusedFile)
    assert "holds code in layer 'dense'" in said
    assert path.name in said


@pytest.mark.parametrize("ending", [".h5", ".keras"])
@pytest.mark.parametrize("module", ["os", "kerasevil.layers", "subprocess", None])
def test_modules_from_outside_keras_are_refused(
    made: dict[str, bytes], tmp_path: Path, ending: str, module: str | None
) -> None:
    path = edited(
        tmp_path / f"foreign{ending}",
        made[ending],
        lambda config: layer(config, "pool").update(module=module, registered_name="mine>Pool"),
    )
    assert "outside Keras in layer 'pool' (mine>Pool" in told(path, RefusedFile)


def test_a_class_that_keras_lacks_is_named(made: dict[str, bytes], tmp_path: Path) -> None:
    path = edited(
        tmp_path / "lacking.h5",
        made[".h5"],
        lambda config: (
            layer(config, "pool").pop("module", None),
            layer(config, "pool").update(class_name="TFOpLambda"),
        ),
    )
    said = told(path, UnsupportedModel)
    assert "layer 'pool'" in said
    assert "TFOpLambda" in said


def test_training_settings_may_be_the_authors_own(made: dict[str, bytes], tmp_path: Path) -> None:
    custom = {"loss": {"module": "mine", "class_name": "Loss", "config": {}}}
    path = edited(
        tmp_path / "trained.keras", made[".keras"], lambda c: c.update(compile_config=custom)
    )
    assert LOADER.open(path, lambda _: None, Options()).graph.node_named["dense"].kind == "Gemm"


def test_hdf5_that_leads_to_other_files_is_refused(made: dict[str, bytes], tmp_path: Path) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.arange(4.0)
    place = "model_weights/dense/sequential/dense"

    def link(file: h5py.File) -> None:
        file[f"{place}/more"] = h5py.ExternalLink(other, "/secret")

    def virtual(file: h5py.File) -> None:
        layout = h5py.VirtualLayout((4,), "f8")
        layout[:] = h5py.VirtualSource(other, "secret", (4,))
        file.create_virtual_dataset(f"{place}/more", layout)

    def outside(file: h5py.File) -> None:
        file.create_dataset(f"{place}/more", (4,), "f8", external=[(str(other), 0, 32)])

    for change in (link, virtual, outside):
        path = tmp_path / f"{change.__name__}.h5"
        path.write_bytes(made[".h5"])
        with h5py.File(path, "r+") as file:
            change(file)
        said = told(path, RefusedFile)
        assert f"{place}/more" in said
        assert "other" in said


def test_what_swells_is_refused(made: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "swelling.h5"
    path.write_bytes(made[".h5"])
    with h5py.File(path, "r+") as file:
        file.create_dataset("model_weights/huge", (200_000, 200_000), "f4", chunks=(1000, 1000))
    assert "160,000,000,000" in told(path, RefusedFile)
    path = tmp_path / "swelling.keras"
    path.write_bytes(made[".keras"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("assets/zeros", bytes(80 << 20))
    assert "assets/zeros" in told(path, RefusedFile)


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_truncated_files_are_broken(made: dict[str, bytes], tmp_path: Path, ending: str) -> None:
    whole = made[ending]
    for length in (len(whole) // 3, len(whole) - 20):
        path = tmp_path / f"cut{ending}"
        path.write_bytes(whole[:length])
        assert f"cut{ending}" in told(path, BrokenFile)


@pytest.mark.parametrize("ending", [".h5", ".keras"])
def test_damaged_weights_and_configurations_are_broken(
    made: dict[str, bytes], tmp_path: Path, ending: str
) -> None:
    wider = edited(
        tmp_path / f"wider{ending}",
        made[ending],
        lambda config: layer(config, "dense")["config"].update(units=7),
    )
    assert "do not fit" in told(wider, BrokenFile)
    path = tmp_path / "text.h5"
    path.write_bytes(made[".h5"])
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = "{'no json'"
    assert "configuration" in told(path, BrokenFile)


def test_hdf5_without_a_structure_is_left_to_another_loader(tmp_path: Path) -> None:
    only = tmp_path / "only.weights.h5"
    sequential().save_weights(only)
    measured = tmp_path / "measured.h5"
    with h5py.File(measured, "w", userblock_size=1024) as file:
        file["temperature"] = np.arange(5)
    for path in (only, measured):
        assert not LOADER.match(path, path.read_bytes()[:4096])
        assert find(path).name == "weights"


def test_a_model_under_another_name_opens(made: dict[str, bytes], tmp_path: Path) -> None:
    for ending, content in made.items():
        path = tmp_path / f"renamed{ending}.upload"
        path.write_bytes(content)
        model = LOADER.open(path, lambda _: None, Options())
        assert model.name == path.name
        assert np.abs(model.weight(model.graph.value_named["dense/kernel"].id)).max() > 0
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["renamed.h5.upload", "renamed.keras.upload"]


@pytest.mark.data
def test_real_files_that_cannot_be_opened(data: Path) -> None:
    folder = data / "models" / "keras"
    assert "holds code in layer 'lambda'" in told(folder / "portrait_lambda.h5", RefusedFile)
    assert find(folder / "dtln_weights_only.h5").name == "weights"
