"""Files that hold code: nothing of it runs, unless their author is trusted."""

from __future__ import annotations

import base64
import json
import marshal
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from loaders.made_keras import KERAS

from cutaway.errors import BrokenFile, MissingPackage, ModelError, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Model, Options
from cutaway.loaders.keras import LOADER
from cutaway.loaders.keras.framework import load_keras
from cutaway.trace import Control

ENDINGS = [".h5", ".keras"]
FLAG = r"where you trust its author, open it with --trust \(trust=True in Python\)"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of a small model, by ending."""
    folder = tmp_path_factory.mktemp("kept")
    names = {".h5": "keras sequential h5", ".keras": "keras sequential"}
    return {ending: KERAS[name](folder).read_bytes() for ending, name in names.items()}


def edited(path: Path, content: bytes, change: Callable[[Any], None]) -> Path:
    """A model whose configuration was changed."""
    path.write_bytes(content)
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
    with zipfile.ZipFile(path, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, json.dumps(config).encode() if name == "config.json" else member)
    return path


def layer(config: Any, name: str) -> dict[str, Any]:
    return next(one for one in config["config"]["layers"] if one["config"]["name"] == name)


def bytecode(marker: Path) -> str:
    """A function of one argument that leaves a file behind, as Keras stores functions."""
    made = eval(f"lambda x: (open({str(marker)!r}, 'w').close(), x + 1)[1]")
    return base64.b64encode(marshal.dumps(made.__code__)).decode()


def modern(code: str) -> dict[str, Any]:
    inner = {"code": code, "defaults": None, "closure": None}
    return {"function": {"class_name": "__lambda__", "config": inner}, "arguments": {}}


def of_keras_2(code: str) -> dict[str, Any]:
    return {
        "function": [code, None, None], "function_type": "lambda", "module": "__main__",
        "output_shape": None, "output_shape_type": "raw", "output_shape_module": None,
        "arguments": {},
    }  # fmt: skip


def as_lambda(one: dict[str, Any], config: dict[str, Any]) -> None:
    one.update(class_name="Lambda", config={"name": one["config"]["name"], **config})
    one.pop("build_config", None)


def opened(path: Path, *, trust: bool) -> Model:
    return LOADER.open(path, lambda _: None, Options(trust=trust))


def output(model: Model) -> np.ndarray:
    feed = np.ones((1, 12, 12, 3), np.float32)
    capture = model.start().run({model.graph.inputs[0]: feed}, Control())
    assert capture.failure is None, capture.failure
    return capture.tensors[model.graph.outputs[0]]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("form", [modern, of_keras_2])
def test_a_lambda_runs_only_where_its_author_is_trusted(
    form: Any, ending: str, plain: dict[str, bytes], tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    path = edited(
        tmp_path / f"code{ending}", plain[ending],
        lambda config: as_lambda(layer(config, "dropout"), form(bytecode(marker))),
    )  # fmt: skip
    with pytest.raises(RefusedFile, match=f"holds code in layer 'dropout'.*{FLAG}"):
        opened(path, trust=False)
    assert not marker.exists()
    model = opened(path, trust=True)
    assert model.graph.node_named["dropout"].op == "Lambda"
    found = output(model)
    assert marker.exists()
    without = tmp_path / f"plain{ending}"
    without.write_bytes(plain[ending])
    assert not np.allclose(found, output(opened(without, trust=False)))


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_lambda_that_keras_itself_saved_runs(ending: str, tmp_path: Path) -> None:
    keras = load_keras()
    layers = [keras.Input((3,)), keras.layers.Lambda(lambda x: x * 3, name="thrice")]
    path = tmp_path / f"saved{ending}"
    keras.Sequential(layers).save(path)
    with pytest.raises(RefusedFile, match="layer 'thrice'"):
        opened(path, trust=False)
    model = opened(path, trust=True)
    feed = np.arange(3, dtype=np.float32)[None]
    capture = model.start().run({model.graph.inputs[0]: feed}, Control())
    np.testing.assert_array_equal(capture.tensors[model.graph.outputs[0]], feed * 3)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "change",
    [
        lambda dense, code: dense["config"].update(
            activation={"class_name": "__lambda__", "config": {"code": code, "value": code}}
        ),
        lambda dense, _: dense["config"].update(
            activation={
                "class_name": "function", "config": "system", "module": "os",
                "registered_name": "system",
            }
        ),
        lambda dense, _: dense["config"].update(
            kernel_initializer={
                "class_name": "Popen", "config": {"args": "touch"}, "module": "subprocess",
                "registered_name": "Popen",
            }
        ),
        lambda dense, code: dense["config"].update(bias_constraint=modern(code)["function"]),
        lambda dense, _: dense.update(module="antigravity", registered_name="x"),
        lambda dense, _: dense.update(
            class_name="TFSMLayer", config={"name": "dense", "filepath": "/tmp"}
        ),
        lambda dense, _: dense.update(class_name=["Lambda"]),
    ],
)  # fmt: skip
def test_nothing_runs_in_odd_places(
    change: Any, ending: str, plain: dict[str, bytes], tmp_path: Path
) -> None:
    marker = tmp_path / "ran"
    path = edited(
        tmp_path / f"odd{ending}", plain[ending],
        lambda config: change(layer(config, "dense"), bytecode(marker)),
    )  # fmt: skip
    before = set(sys.modules)
    with pytest.raises(ModelError, match="odd"):
        opened(path, trust=False)
    assert not marker.exists()
    assert "antigravity" not in set(sys.modules) - before


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("word", ["os.system", "system", "eval", "builtins.exec", "__import__"])
def test_words_are_looked_up_among_keras_own(
    word: str, ending: str, plain: dict[str, bytes], tmp_path: Path
) -> None:
    for trust in (False, True):
        path = edited(
            tmp_path / f"word{ending}", plain[ending],
            lambda config: layer(config, "dense")["config"].update(activation=word),
        )  # fmt: skip
        with pytest.raises(UnsupportedModel, match="cannot rebuild"):
            opened(path, trust=trust)


def hostile_link(file: h5py.File, other: Path) -> None:
    file["model_weights/more"] = h5py.ExternalLink(other, "/secret")


def hostile_virtual(file: h5py.File, other: Path) -> None:
    virtual = h5py.VirtualLayout((4,), "f8")
    virtual[:] = h5py.VirtualSource(other, "secret", (4,))
    file.create_virtual_dataset("model_weights/more", virtual)


def hostile_outside(file: h5py.File, other: Path) -> None:
    file.create_dataset("model_weights/more", (4,), "f8", external=[(str(other), 0, 32)])


def hostile_swelling(file: h5py.File, _: Path) -> None:
    file.create_dataset("model_weights/more", (200_000, 200_000), "f4", chunks=(1000, 1000))


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "spoil", [hostile_link, hostile_virtual, hostile_outside, hostile_swelling]
)
def test_links_and_sizes_are_refused_even_of_the_trusted(
    spoil: Any, ending: str, trust: bool, plain: dict[str, bytes], tmp_path: Path
) -> None:
    other = tmp_path / "other.h5"
    with h5py.File(other, "w") as file:
        file["secret"] = np.arange(4.0)
    path = tmp_path / f"spoiled{ending}"
    path.write_bytes(plain[ending])
    if ending == ".h5":
        with h5py.File(path, "r+") as file:
            spoil(file, other)
    else:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        inner = tmp_path / "weights.h5"
        inner.write_bytes(members["model.weights.h5"])
        with h5py.File(inner, "r+") as file:
            spoil(file, other)
        members["model.weights.h5"] = inner.read_bytes()
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
    with pytest.raises(RefusedFile, match="more"):
        opened(path, trust=trust)


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_configuration_cannot_ask_for_any_size(
    ending: str, trust: bool, plain: dict[str, bytes], tmp_path: Path
) -> None:
    path = edited(
        tmp_path / f"vast{ending}", plain[ending],
        lambda config: layer(config, "dense")["config"].update(units=3_000_000_000),
    )  # fmt: skip
    own = load_keras().layers.Layer.add_weight
    with pytest.raises(RefusedFile, match=r"swell at layer 'dense' from .* to 432,000,\d{3},"):
        opened(path, trust=trust)
    assert load_keras().layers.Layer.add_weight is own


@pytest.mark.parametrize("trust", [False, True])
@pytest.mark.parametrize("depth", [200, 300, 450])
def test_a_configuration_nested_without_end_is_broken(
    depth: int, trust: bool, plain: dict[str, bytes], tmp_path: Path
) -> None:
    def change(config: Any) -> None:
        inner = layer(config, "dense")["config"]
        inner["units"] = []
        for _ in range(depth):
            inner["units"] = [{"class_name": "A", "config": inner["units"]}]

    path = edited(tmp_path / "deep.h5", plain[".h5"], change)
    with pytest.raises((BrokenFile, UnsupportedModel), match=r"deep\.h5"):
        opened(path, trust=trust)


PACKAGE = """
from pathlib import Path
import keras

Path(__file__).with_name("imported").touch()

class Doubled(keras.layers.Layer):
    def call(self, x):
        return x * 2

def halved(x):
    return x / 2
"""


def foreign(one: dict[str, Any], module: str) -> None:
    one.update(
        class_name="Doubled", module=module, registered_name="theirs>Doubled",
        config={"name": one["config"]["name"]},
    )  # fmt: skip
    one.pop("build_config", None)


@pytest.mark.parametrize("ending", ENDINGS)
def test_classes_of_other_packages_are_imported_only_where_trusted(
    ending: str, plain: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"theirs_{ending[1:]}"
    (tmp_path / f"{name}.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(tmp_path)

    def change(config: Any) -> None:
        foreign(layer(config, "dropout"), name)
        layer(config, "dense")["config"]["activation"] = {
            "class_name": "function", "config": "halved", "module": name, "registered_name": None,
        }  # fmt: skip

    path = edited(tmp_path / f"foreign{ending}", plain[ending], change)
    with pytest.raises(RefusedFile, match=rf"outside Keras in layer 'dropout' \(theirs>.*{FLAG}"):
        opened(path, trust=False)
    assert not (tmp_path / "imported").exists()
    known = dict(load_keras().saving.get_custom_objects())
    model = opened(path, trust=True)
    assert (tmp_path / "imported").exists()
    assert model.graph.node_named["dropout"].op == "Doubled"
    tensors = (
        model.start()
        .run({model.graph.inputs[0]: np.ones((1, 12, 12, 3), np.float32)}, Control())
        .tensors
    )
    values = model.graph.value_named
    np.testing.assert_array_equal(tensors[values["dropout"].id], 2 * tensors[values["flatten"].id])
    np.testing.assert_array_equal(
        tensors[values["dense"].id], tensors[values["dense:linear"].id] / 2
    )
    assert load_keras().saving.get_custom_objects() == known


def test_a_package_that_is_not_there_is_named(plain: dict[str, bytes], tmp_path: Path) -> None:
    path = edited(
        tmp_path / "absent.h5", plain[".h5"],
        lambda config: foreign(layer(config, "dropout"), "no_such_package.layers"),
    )  # fmt: skip
    with pytest.raises(MissingPackage, match=r"needs Doubled of no_such_package\.layers in layer"):
        opened(path, trust=True)
    path = edited(
        tmp_path / "other.h5", plain[".h5"],
        lambda config: foreign(layer(config, "dropout"), "json"),
    )  # fmt: skip
    with pytest.raises(UnsupportedModel, match="Doubled of json"):
        opened(path, trust=True)
    path = edited(
        tmp_path / "unsaid.h5", plain[".h5"],
        lambda config: layer(config, "dropout").update(module=None),
    )  # fmt: skip
    with pytest.raises(UnsupportedModel, match="does not say which module"):
        opened(path, trust=True)


@pytest.mark.data
def test_a_real_lambda_is_refused(data: Path) -> None:
    with pytest.raises(RefusedFile, match=f"holds code in layer 'lambda'.*{FLAG}"):
        opened(data / "models" / "keras" / "portrait_lambda.h5", trust=False)
