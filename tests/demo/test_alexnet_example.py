"""The full AlexNet of the example: every shape, one step of training, what it saves."""

import gzip
import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from cutaway import inputs, outputs

EXAMPLE = Path(__file__).parents[2] / "examples" / "alexnet_fashion_mnist.py"

SHAPES = [
    (54, 54, 96),
    (26, 26, 96),
    (26, 26, 256),
    (12, 12, 256),
    (12, 12, 384),
    (12, 12, 384),
    (12, 12, 256),
    (5, 5, 256),
    (6400,),
    (4096,),
    (4096,),
    (4096,),
    (4096,),
    (10,),
]


@pytest.fixture(scope="module")
def example(keras):  # noqa: ARG001 - chooses the engine before the example imports Keras
    spec = importlib.util.spec_from_file_location("alexnet_fashion_mnist", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def model(example, keras):
    keras.utils.clear_session()
    return example.build()


@pytest.fixture
def folder(tmp_path):
    """The two parts of the data set, eight made-up pictures each."""
    random = np.random.default_rng(0)
    for part in ("train", "t10k"):
        images = random.integers(0, 256, (8, 28, 28), np.uint8)
        labels = np.arange(8, dtype=np.uint8)
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(
            gzip.compress(b"\0" * 16 + images.tobytes())
        )
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(
            gzip.compress(b"\0" * 8 + labels.tobytes())
        )
    return tmp_path


def test_fourteen_layers_and_every_shape(model):
    assert [layer.output.shape[1:] for layer in model.layers] == SHAPES
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == [
        "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Conv2D", "Conv2D", "Conv2D",
        "MaxPooling2D", "Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense",
    ]  # fmt: skip
    assert model.count_params() == 46_787_978


def test_kernels_and_activations(model, keras):
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert [layer.kernel.shape for layer in convolutions] == [
        (11, 11, 3, 96), (5, 5, 96, 256), (3, 3, 256, 384), (3, 3, 384, 384), (3, 3, 384, 256),
    ]  # fmt: skip
    assert {layer.activation.__name__ for layer in convolutions} == {"relu"}
    assert model.layers[-1].activation.__name__ == "linear"
    assert [layer.rate for layer in model.layers if hasattr(layer, "rate")] == [0.5, 0.5]


def test_one_step_of_training_changes_every_weight(example, model, folder):
    before = [np.array(weight) for weight in model.get_weights()]
    batches = example.Pictures(*example.read(folder, "train", 4), batch=4, seed=1)
    example.compile_for(model, len(batches))
    history = model.fit(batches, epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    changed = [not np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True)]
    assert all(changed)


def test_batches_cover_every_picture_once(example, folder):
    images, labels = example.read(folder, "train", 7)
    batches = example.Pictures(images, labels, batch=3, seed=5)
    assert len(batches) == 3
    found = [batches[position] for position in range(3)]
    assert [pictures.shape for pictures, _ in found] == [(3, 224, 224, 3)] * 2 + [(1, 224, 224, 3)]
    assert sorted(np.concatenate([labels for _, labels in found])) == list(range(7))


def test_what_is_trained_on_is_what_the_sidecar_prepares(example, folder, tmp_path):
    """The steps saved beside the model give the very numbers that it saw."""
    from PIL import Image

    images, _ = example.read(folder, "t10k")
    path = tmp_path / "a.png"
    Image.fromarray(images[0]).save(path)
    target = inputs.Target("x", (None, 224, 224, 3), "float32", "NHWC")
    prepared = inputs.prepare(inputs.load(path, "a.png"), example.PREPARATION, target)
    np.testing.assert_allclose(prepared.array[0], example.enlarge(images[0]), atol=1e-6)


def test_what_is_saved(example, keras, tmp_path):
    small = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    path = tmp_path / "out" / "alexnet.h5"
    example.save(small, path)
    assert keras.saving.load_model(path, compile=False).count_params() == 3
    assert outputs.beside(path) == path.with_name("alexnet.labels.txt")
    assert outputs.load(outputs.beside(path), "a.txt") == list(outputs.builtin("fashion-mnist"))
    sidecar = json.loads(path.with_name("alexnet.h5.cutaway.json").read_text("utf-8"))
    inputs.validate(sidecar["preparation"])
    assert not any(step["guessed"] for step in sidecar["preparation"])


def test_missing_data_is_one_sentence(example, tmp_path):
    with pytest.raises(SystemExit, match=r"wanted Fashion-MNIST's four \.gz files, found no"):
        example.read(tmp_path, "train")
