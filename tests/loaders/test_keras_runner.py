"""Keras models run layer by layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loaders.made_keras import KERAS, functional, sequences, sequential
from loaders.opened import Opened, opened, random_feeds

from cutaway.errors import Cancelled
from cutaway.loaders.base import Options
from cutaway.loaders.keras import LOADER
from cutaway.loaders.keras.framework import load_keras
from cutaway.trace import Control

REAL = [
    "anomaly_autoencoder.h5", "cifar10_resnet8.h5", "fer2013_mini_xception.hdf5",
    "gender_mini_xception.hdf5", "mnist.keras", "wake_word.h5",
]  # fmt: skip


def predicted(case: Opened, model: Any) -> list[np.ndarray]:
    feeds = [case.feeds[value] for value in case.model.graph.inputs]
    answer = model.predict(feeds[0] if len(feeds) == 1 else feeds, verbose=0)
    return answer if isinstance(answer, list) else [answer]


def assert_equal(case: Opened, model: Any) -> None:
    for value, expected in zip(case.model.graph.outputs, predicted(case, model), strict=True):
        found = case.capture.tensors[value]
        largest = np.abs(expected).max()
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * largest)


@pytest.mark.parametrize("name", KERAS)
def test_outputs_equal_keras_own(name: str, tmp_path: Path) -> None:
    path = KERAS[name](tmp_path)
    build = {"sequential": sequential, "functional": functional}.get(path.stem)
    keras = load_keras()
    own = keras.saving.load_model(path, compile=False) if build is None else build()
    if build is not None:
        own.load_weights(path)
    assert_equal(opened(path), own)


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_real_files_equal_keras_own(name: str, data: Path) -> None:
    path = data / "models" / "keras" / name
    keras = load_keras()
    if name == "wake_word.h5":  # Keras refuses it without our rules: its own classes, then
        wrapped = keras.layers.DepthwiseConv2D

        class DepthwiseConv2D(wrapped):
            def __init__(self, *args: Any, groups: int = 1, **more: Any) -> None:
                assert groups == 1
                super().__init__(*args, **more)

        custom = {"DepthwiseConv2D": DepthwiseConv2D}
    else:
        custom = None
    own = keras.saving.load_model(path, compile=False, custom_objects=custom)
    assert_equal(opened(path), own)


def test_every_layer_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened(KERAS["keras functional"](tmp_path))
    keras = load_keras()
    calls: list[str] = []
    for kind in (keras.layers.Dense, keras.layers.Add, keras.layers.Concatenate):
        own = kind.call

        def counted(self: Any, *args: Any, own: Any = own, **more: Any) -> Any:
            calls.append(self.name)
            return own(self, *args, **more)

        monkeypatch.setattr(kind, "call", counted)
    case.runner.run(case.feeds, Control())
    assert sorted(calls) == ["add", "hidden", "join", "score", "shared", "shared"]


def test_the_step_before_an_activation_is_what_it_was_given(tmp_path: Path) -> None:
    case = opened(KERAS["keras sequential"](tmp_path))
    graph, tensors = case.model.graph, case.capture.tensors
    linear = tensors[graph.value_named["dense:linear"].id]
    given = tensors[graph.value_named["dropout"].id]
    kernel, bias = (
        case.model.weight(graph.value_named[f"dense/{name}"].id) for name in ("kernel", "bias")
    )
    np.testing.assert_allclose(linear, given @ kernel + bias, rtol=1e-4, atol=1e-5)
    raised = np.exp(linear - linear.max(-1, keepdims=True))
    softmax = tensors[graph.value_named["dense"].id]
    np.testing.assert_allclose(softmax, raised / raised.sum(-1, keepdims=True), rtol=1e-4)


def test_masks_reach_the_layers_that_want_them(tmp_path: Path) -> None:
    path = tmp_path / "masked.keras"
    sequences().save(path)
    model = LOADER.open(path, lambda _: None, Options())
    own = load_keras().saving.load_model(path, compile=False)
    words = np.array([[3, 4, 0, 0, 0, 0, 0], [1, 2, 3, 4, 5, 6, 7]], np.int32)
    capture = model.start().run({model.graph.inputs[0]: words}, Control())
    for value, expected in zip(model.graph.outputs, own.predict(words, verbose=0), strict=True):
        np.testing.assert_allclose(capture.tensors[value], expected, rtol=1e-4, atol=1e-6)


def failing(folder: Path) -> Path:
    keras = load_keras()
    layers = keras.layers
    left, right = keras.Input((None,), name="left"), keras.Input((None,), name="right")
    one = layers.ReLU(name="one")(left)
    both = layers.Add(name="both")([one, right])
    path = folder / "failing.keras"
    keras.Model([left, right], layers.ReLU(name="last")(both)).save(path)
    return path


def test_a_failing_layer_is_named_with_what_it_was_given(tmp_path: Path) -> None:
    model = LOADER.open(failing(tmp_path), lambda _: None, Options())
    runner = model.start()
    left, right = np.ones((2, 3), np.float32), np.ones((2, 4), np.float32)
    capture = runner.run(dict(zip(model.graph.inputs, (left, right), strict=True)), Control())
    failure, graph = capture.failure, model.graph
    assert failure is not None
    assert failure.node == graph.node_named["both"].id
    assert failure.shapes == ("one (2, 3) float32", "right (2, 4) float32")
    assert failure.message
    names = {graph.values[value].name for value in capture.tensors}
    assert names == {"left", "right", "one"}
    good = runner.run(dict.fromkeys(graph.inputs, left), Control())
    assert good.failure is None
    np.testing.assert_array_equal(good.tensors[graph.outputs[0]], left + left)


def test_an_activation_that_fails_is_named_itself_and_put_back(tmp_path: Path) -> None:
    keras = load_keras()
    entry = keras.Input((3,), name="in")
    leak = keras.layers.LeakyReLU(name="leak")
    x = keras.layers.Dense(2, activation=leak, name="dense")(entry)
    path = tmp_path / "activation.keras"
    keras.Model(entry, x).save(path)
    model = LOADER.open(path, lambda _: None, Options())
    runner = model.start()
    (call,) = runner._structure.plan.steps
    before = call.operation.activation
    feeds = random_feeds(model)

    class Broken:
        def __call__(self, tensor: Any) -> Any:
            raise ArithmeticError(f"no such slope for {tensor.shape}")

    object.__setattr__(call.operation, "activation", Broken())
    capture = runner.run(feeds, Control())
    assert capture.failure is not None
    assert capture.failure.node == model.graph.node_named["dense/leak"].id
    assert "no such slope" in capture.failure.message
    assert model.graph.value_named["dense:linear"].id in capture.tensors
    assert type(call.operation.activation) is Broken
    object.__setattr__(call.operation, "activation", before)
    assert runner.run(feeds, Control()).failure is None
    assert call.operation.activation is before


def test_a_run_stops_between_layers(tmp_path: Path) -> None:
    case = opened(KERAS["keras sequential"](tmp_path))
    said: list[int] = []

    def tell(done: int, total: int) -> None:
        said.append(done)
        assert total == len(case.model.graph.nodes)
        if done == 3:
            control.cancel()

    control = Control(tell)
    with pytest.raises(Cancelled):
        case.runner.run(case.feeds, control)
    assert said == [2, 3]


def test_dropout_does_nothing(tmp_path: Path) -> None:
    case = opened(KERAS["keras sequential"](tmp_path))
    value = case.model.graph.value_named
    np.testing.assert_array_equal(
        case.capture.tensors[value["dropout"].id], case.capture.tensors[value["flatten"].id]
    )
