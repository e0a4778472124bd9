"""Small Keras models that the tests write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loaders.made import Maker

from cutaway.loaders.keras.framework import load_keras


def sequential() -> Any:
    keras = load_keras()
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((12, 12, 3), name="picture"),
            layers.Conv2D(4, 3, strides=2, padding="same", activation="relu", name="conv2d"),
            layers.MaxPooling2D(2, name="pool"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flatten"),
            layers.Dropout(0.5, name="dropout"),
            layers.Dense(5, activation="softmax", name="dense"),
        ],
        name="sequential",
    )


def functional() -> Any:
    """Two inputs, a model inside called once, a shared layer, Add and Concatenate."""
    keras = load_keras()
    layers = keras.layers
    inside = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="tanh", name="hidden")], name="encoder"
    )
    shared = layers.Dense(4, activation="relu", name="shared")
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    one, two = shared(left), shared(right)
    three = inside(left)
    total = layers.Add(name="add")([one, two, three])
    joined = layers.Concatenate(name="join")([total, one])
    scored = layers.Dense(3, name="score")(joined)
    return keras.Model([left, right], [scored, total], name="functional")


def convolutions() -> Any:
    """Every kind of convolution and what often stands around them."""
    keras = load_keras()
    layers = keras.layers
    entry = keras.Input((9, 11, 2), name="picture")
    x = layers.ZeroPadding2D(((1, 0), (0, 2)), name="pad")(entry)
    x = layers.DepthwiseConv2D(3, depth_multiplier=2, activation="relu6", name="depthwise")(x)
    x = layers.SeparableConv2D(6, 3, padding="same", activation="gelu", name="separable")(x)
    x = layers.Conv2DTranspose(4, 3, strides=2, padding="same", name="up")(x)
    x = layers.LeakyReLU(negative_slope=0.1, name="leaky")(x)
    x = layers.Cropping2D(((1, 0), (0, 1)), name="crop")(x)
    x = layers.UpSampling2D(2, name="larger")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="mean")(x)
    x = layers.GlobalMaxPooling2D(name="most")(x)
    return keras.Model(entry, x, name="convolutions")


def unmasked() -> Any:
    """Recurrent layers and attention."""
    return sequences(masked=False)


def sequences(*, masked: bool = True) -> Any:
    """Embedding, recurrent layers, attention; where masked, operations that make the mask."""
    keras = load_keras()
    layers = keras.layers
    words = keras.Input((7,), dtype="int32", name="words")
    x = layers.Embedding(20, 6, mask_zero=masked, name="embed")(words)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True), name="both")(x)
    x = layers.MultiHeadAttention(2, 4, name="heads")(x, x)
    x, state = layers.GRU(5, return_state=True, name="gru")(x)
    return keras.Model(words, [x, state], name="sequences")


def _saved(build: Any, ending: str) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / f"{build.__name__}{ending}"
        build().save(path)
        return path

    return make


KERAS: dict[str, Maker] = {
    "keras sequential h5": _saved(sequential, ".h5"),
    "keras sequential": _saved(sequential, ".keras"),
    "keras functional h5": _saved(functional, ".h5"),
    "keras functional": _saved(functional, ".keras"),
    "keras convolutions": _saved(convolutions, ".keras"),
    "keras sequences": _saved(sequences, ".keras"),
}
