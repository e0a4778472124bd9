"""Keras layers, whose channels come last and whose kernels lie otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from arithmetic.explained import consistent, some
from loaders.opened import Opened, opened

from cutaway.loaders.keras.framework import load_keras


def layered(folder: Path, shape: tuple[int | None, ...], *layers: Any) -> Opened:
    """A model of some layers in a row, their weights drawn anew, run once."""
    keras = load_keras()
    entry = keras.Input(shape, name="entry")
    x = entry
    for layer in layers:
        x = layer(x)
    model = keras.Model(entry, x)
    draw = np.random.default_rng(3)
    model.set_weights([np.abs(draw.standard_normal(w.shape)) + 0.1 for w in model.get_weights()])
    path = folder / "layers.keras"
    model.save(path)
    return opened(path)


def agree(found: Opened) -> set[str]:
    """The forms of all that the nodes of a model wrote, each cell of which must agree."""
    forms: set[str] = set()
    for node in found.model.graph.nodes:
        for value in node.writes:
            for one in some(found, value, 40):
                told = (
                    f"{node.name}{one.index}: {one.expression} but {one.captured_text}, {one.note}"
                )
                assert one.verdict in ("equal", "rounding"), told
                consistent(one, found)
                forms.add(one.form)
    return forms


def named(name: str, *args: Any, **more: Any) -> Any:
    return getattr(load_keras().layers, name)(*args, **more)


WINDOWED = {
    "same": ("Conv2D", (4, 3), {"padding": "same", "strides": 2}),
    "grouped": ("Conv2D", (4, 3), {"groups": 2}),
    "dilated": ("Conv2D", (4, (2, 3)), {"dilation_rate": (2, 1), "padding": "same"}),
    "depthwise": ("DepthwiseConv2D", (3,), {"depth_multiplier": 2, "padding": "same"}),
    "transposed same": ("Conv2DTranspose", (3, 3), {"strides": 2, "padding": "same"}),
    "transposed valid": ("Conv2DTranspose", (3, 2), {"strides": 3}),
    "largest": ("MaxPooling2D", (3,), {"strides": 2, "padding": "same"}),
    "mean": ("AveragePooling2D", (3,), {"strides": 2, "padding": "same"}),
    "nearest": ("UpSampling2D", (2,), {}),
    "bilinear": ("UpSampling2D", (2,), {"interpolation": "bilinear"}),
    "resized": ("Resizing", (5, 11), {}),
    "cropped": ("Cropping2D", (((1, 2), (0, 1)),), {}),
    "padded": ("ZeroPadding2D", (((1, 2), (0, 1)),), {}),
    "global": ("GlobalAveragePooling2D", (), {"keepdims": True}),
    "norm": ("BatchNormalization", (), {}),
    "norm of rows": ("BatchNormalization", (), {"axis": 1}),
    "layer norm": ("LayerNormalization", (), {}),
    "layer norm of rows": ("LayerNormalization", (), {"axis": 1}),
    "layer norm of two": ("LayerNormalization", (), {"axis": [1, 3]}),
    "group norm": ("GroupNormalization", (2,), {}),
    "rms": ("RMSNormalization", (), {}),
    "unit": ("UnitNormalization", (), {}),
    "slope": ("PReLU", (), {"shared_axes": [1, 2]}),
    "dense": ("Dense", (3,), {}),
    "softmax": ("Softmax", (), {"axis": [1]}),
    "separable": ("SeparableConv2D", (5, 3), {"padding": "same", "depth_multiplier": 2}),
}


@pytest.mark.parametrize("layer", WINDOWED)
def test_a_layer_of_pictures(layer: str, tmp_path: Path) -> None:
    name, args, more = WINDOWED[layer]
    agree(layered(tmp_path, (6, 7, 4), named(name, *args, **more)))


def test_a_picture_of_free_size(tmp_path: Path) -> None:
    conv = named("Conv2D", 3, 3, padding="same", strides=2)
    pool = named("AveragePooling2D", 2, padding="same")
    agree(layered(tmp_path, (None, None, 3), conv, pool))


def test_one_and_three_axes(tmp_path: Path) -> None:
    causal = named("Conv1D", 3, 3, padding="causal", dilation_rate=2)
    agree(layered(tmp_path, (9, 4), causal, named("MaxPooling1D", 2), named("Dense", 3, "gelu")))
    agree(layered(tmp_path, (3, 4, 5, 2), named("Conv3D", 2, 2), named("GlobalMaxPooling3D")))


ACTIVATIONS = (
    "relu relu6 leaky_relu elu selu celu gelu silu mish sigmoid hard_sigmoid hard_silu softmax "
    "log_softmax softplus softsign tanh hard_tanh exponential"
).split()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_a_step_of_its_own(name: str, tmp_path: Path) -> None:
    found = layered(tmp_path, (6,), named("Dense", 40, activation=name))
    assert "products" in agree(found)
    assert len(found.model.graph.nodes) == 2


def test_words_are_looked_up(tmp_path: Path) -> None:
    from cutaway.loaders.keras.framework import load_keras as load

    keras = load()
    entry = keras.Input((5,), dtype="int32")
    model = keras.Model(entry, keras.layers.Embedding(20, 3)(entry))
    model.save(tmp_path / "words.keras")
    assert agree(opened(tmp_path / "words.keras")) == {"copy"}


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_other_dtypes(dtype: str, tmp_path: Path) -> None:
    keras = load_keras()
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(dtype)
    try:
        layers = [named("Conv2D", 3, 3, activation="gelu"), named("LayerNormalization")]
        layers += [named("GlobalAveragePooling2D"), named("Dense", 4, activation="softmax")]
        agree(layered(tmp_path, (6, 7, 4), *layers))
    finally:
        keras.config.set_dtype_policy(policy)
