"""What ships: a model in two formats that agree, test images it reads rightly, their names."""

import gzip
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image

from cutaway import demo, inputs, outputs
from cutaway.errors import InputError

ONNX = demo.model(prefer_keras=False)
KERAS = demo.model(prefer_keras=True)


@pytest.fixture(scope="module")
def session():
    return onnxruntime.InferenceSession(str(ONNX), providers=["CPUExecutionProvider"])


def sidecar(model):
    return json.loads(model.with_name(model.name + ".cutaway.json").read_text("utf-8"))


def prepared(model, shape, order, sample):
    """A sample as that model's input, by the steps that ship beside it."""
    target = inputs.Target("input_layer", shape, "float32", order)
    source = inputs.load(sample.path, sample.path.name)
    return inputs.prepare(source, sidecar(model)["preparation"], target).array


def test_files_are_small_enough_to_ship():
    assert KERAS.name == "alexnet_fashion.h5"
    assert ONNX.name == "alexnet_fashion.onnx"
    assert all(0 < file.stat().st_size < 2_000_000 for file in (KERAS, ONNX))


def test_twenty_samples_two_of_each_class_trousers_first():
    samples = demo.samples()
    assert [s.id for s in samples] == list(range(20))
    assert sorted(s.label for s in samples) == sorted(list(range(10)) * 2)
    assert samples[0].label == 1
    assert samples[0].name.startswith("trousers · test image ")
    assert len({s.path for s in samples}) == 20
    for sample in samples:
        with Image.open(sample.path) as picture:
            assert (picture.mode, picture.size) == ("L", (28, 28))


@pytest.mark.data
def test_samples_are_the_test_images_that_they_name(data):
    images = np.frombuffer(
        gzip.decompress((data / "fashion-mnist" / "t10k-images-idx3-ubyte.gz").read_bytes()),
        np.uint8,
        offset=16,
    ).reshape(-1, 28, 28)
    for sample in demo.samples():
        number = int(sample.name.rpartition(" ")[2])
        with Image.open(sample.path) as picture:
            np.testing.assert_array_equal(np.asarray(picture), images[number])


def test_every_sample_is_read_rightly(session):
    for sample in demo.samples():
        array = prepared(ONNX, ("batch", 1, 28, 28), "NCHW", sample)
        (logits,) = session.run(None, {"input_layer": array})
        answer = outputs.read(logits, "Gemm", demo.labels(), single_output=True)
        assert answer is not None
        assert answer.top[0] == sample.label, sample.name


def test_trousers_are_1_trouser(session):
    array = prepared(ONNX, ("batch", 1, 28, 28), "NCHW", demo.samples()[0])
    (logits,) = session.run(None, {"input_layer": array})
    answer = outputs.read(logits, "Gemm", demo.labels(), single_output=True)
    best = answer.classes[answer.top[0]]
    assert (best.index, best.label) == (1, "Trouser")
    assert best.score > 0.99


@pytest.mark.data
def test_the_accuracy_on_the_card_is_true(session, data):
    folder = data / "fashion-mnist"
    raw = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    images = np.frombuffer(raw, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    raw = gzip.decompress((folder / "t10k-labels-idx1-ubyte.gz").read_bytes())
    labels = np.frombuffer(raw, np.uint8, offset=8)
    right = 0
    for at in range(0, len(images), 1000):
        batch = images[at : at + 1000].astype(np.float32) / 255
        (logits,) = session.run(None, {"input_layer": batch})
        right += int((logits.argmax(1) == labels[at : at + 1000]).sum())
    assert right / len(labels) == pytest.approx(demo.card()["accuracy"], abs=5e-4)
    assert right / len(labels) >= 0.91


def test_names_of_nodes_and_values_are_those_of_the_layers():
    graph = onnx.load(ONNX).graph
    nodes = [node.name for node in graph.node]
    assert nodes == [
        "up_sampling2d", "conv2d", "conv2d/relu", "max_pooling2d", "conv2d_1", "conv2d_1/relu",
        "max_pooling2d_1", "conv2d_2", "conv2d_2/relu", "conv2d_3", "conv2d_3/relu", "conv2d_4",
        "conv2d_4/relu", "max_pooling2d_2", "flatten", "dense", "dense/relu", "dropout", "dense_1",
        "dense_1/relu", "dropout_1", "dense_2",
    ]  # fmt: skip
    written = {node.name: node.output[0] for node in graph.node}
    assert written["conv2d"] == "conv2d:linear"
    assert written["conv2d/relu"] == "conv2d"
    assert written["dense_2"] == "dense_2" == graph.output[0].name
    kernels = {w.name: tuple(w.dims) for w in graph.initializer}
    assert kernels["conv2d/kernel"] == (16, 1, 5, 5)
    assert kernels["dense/kernel"] == (1568, 128)


def test_both_files_give_every_layer_alike(keras):
    """All layers of the Keras file against the values of the same names in the ONNX file."""
    model = keras.saving.load_model(KERAS, compile=False)
    inner = keras.Model(model.inputs, [layer.output for layer in model.layers])
    twin = onnx.load(ONNX)
    names = [layer.name for layer in model.layers]
    del twin.graph.output[:]
    twin.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = onnxruntime.InferenceSession(twin.SerializeToString())
    sample = demo.samples()[0]
    ours = inner.predict(prepared(KERAS, (None, 28, 28, 1), "NHWC", sample), verbose=0)
    theirs = session.run(None, {"input_layer": prepared(ONNX, (1, 1, 28, 28), "NCHW", sample)})
    for name, a, b in zip(names, ours, theirs, strict=True):
        np.testing.assert_allclose(np.asarray(a), channels_last(name, b), atol=1e-4, err_msg=name)


def channels_last(name, value):
    if name == "flatten":
        return value.reshape(1, 32, 7, 7).transpose(0, 2, 3, 1).reshape(1, -1)
    return value.transpose(0, 2, 3, 1) if value.ndim == 4 else value


def test_the_maps_are_alive_and_56_28_and_14_cells_wide():
    twin = onnx.load(ONNX)
    layers = {"conv2d": (16, 56), "conv2d_1": (32, 28), "conv2d_4": (32, 14)}
    twin.graph.output.extend(onnx.ValueInfoProto(name=name) for name in layers)
    session = onnxruntime.InferenceSession(twin.SerializeToString())
    batch = np.concatenate(
        [prepared(ONNX, ("batch", 1, 28, 28), "NCHW", sample) for sample in demo.samples()]
    )
    for name, maps in zip(layers, session.run(list(layers), {"input_layer": batch}), strict=True):
        channels, side = layers[name]
        assert maps.shape == (20, channels, side, side)
        dead = int((maps.max((0, 2, 3)) == 0).sum())
        assert dead <= channels // 16, f"{name}: {dead} maps are 0 for all samples"


@pytest.mark.parametrize("model", [KERAS, ONNX])
def test_sidecars_state_everything(model):
    said = sidecar(model)
    assert said["version"] == 1
    assert tuple(said["labels"]) == outputs.builtin("fashion-mnist")
    inputs.validate(said["preparation"])
    assert not any(step["guessed"] for step in said["preparation"])


def test_a_big_colour_photo_fits_too(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((40, 60, 3), 200, np.uint8)).save(path)
    target = inputs.Target("input_layer", ("batch", 1, 28, 28), "float32", "NCHW")
    array = inputs.prepare(inputs.load(path, "p"), sidecar(ONNX)["preparation"], target).array
    np.testing.assert_allclose(array, 200 / 255, atol=1e-5)


def test_the_card_and_what_is_said_of_the_demo():
    card = demo.card()
    assert card["parameters"] == 271_498
    assert {"accuracy", "epochs", "seed", "date", "versions"} <= set(card)
    assert "Keras is not installed" in demo.describe(keras=False)
    assert f"{card['accuracy']:.1%}" in demo.describe(keras=True)


def test_a_sample_that_is_not_there():
    assert demo.sample(3) == demo.samples()[3]
    for number in (-1, 20):
        with pytest.raises(InputError, match=f"0 to 19, got {number}"):
            demo.sample(number)


def test_the_notice_ships():
    notice = Path(demo.__file__).with_name("LICENSE.fashion-mnist").read_text("utf-8")
    assert "Copyright © 2017 Zalando SE" in notice
