"""Trains the demo model on Fashion-MNIST and writes everything that ships in ``cutaway.demo``.

An AlexNet-shaped network, small enough to travel in the package: five convolutions, three
poolings, three dense layers, two dropouts. The picture is enlarged inside the network first, so
that its maps are 56, 28 and 14 cells wide and can be looked at.

    pip install --group train onnx onnxruntime pillow h5py
    python scripts/train_demo.py

The data is looked for in ``$CUTAWAY_DATA/fashion-mnist``, else in ``../shared/data``.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gzip
import json
import os
import time
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")

import demo_maps
import demo_samples
import demo_twin
import keras
import numpy as np
from keras import layers

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("CUTAWAY_DATA", ROOT.parent / "shared" / "data")) / "fashion-mnist"
DEMO = ROOT / "src" / "cutaway" / "demo"
LABELS = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
]  # fmt: skip
PREPARATION = [
    {"step": "decode"},
    {"step": "colour", "to": "gray"},
    {"step": "resize", "mode": "stretch", "width": 28, "height": 28, "filter": "bilinear"},
    {"step": "range", "low": 0.0, "high": 1.0},
    {"step": "layout", "order": "NHWC"},
    {"step": "dtype", "to": "float32"},
]
MOST_BYTES = 2_000_000


def main():
    asked = parse()
    began = time.monotonic()
    keras.utils.set_random_seed(asked.seed)
    train, test = read("train"), read("t10k")
    model = trained(train, test, asked)
    accuracy = float(
        np.mean(model.predict(test[0], batch_size=500, verbose=0).argmax(1) == test[1])
    )
    print(f"test accuracy: {accuracy:.2%} of {len(test[1]):,} images")
    asked.out.mkdir(parents=True, exist_ok=True)
    write_card(model, accuracy, time.monotonic() - began, asked)
    write(model, test, asked.out)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=DEMO)
    return parser.parse_args()


def read(part):
    """Images (N, 28, 28, 1) float32 in 0..1, and labels (N,) int64, of ``train`` or ``t10k``."""
    images = np.frombuffer(unpacked(f"{part}-images-idx3-ubyte.gz"), np.uint8, offset=16)
    labels = np.frombuffer(unpacked(f"{part}-labels-idx1-ubyte.gz"), np.uint8, offset=8)
    return images.reshape(-1, 28, 28, 1).astype(np.float32) / 255, labels.astype(np.int64)


def unpacked(name):
    return gzip.decompress((DATA / name).read_bytes())


def build():
    """The network, untrained; every layer named as Keras names it in a fresh process."""

    def convolution(name, filters, size):
        return layers.Conv2D(
            filters,
            size,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name=name,
        )

    def dense(name, units):
        return layers.Dense(units, activation="relu", kernel_initializer="he_normal", name=name)

    return keras.Sequential(
        [
            layers.Input((28, 28, 1), name="input_layer"),
            layers.UpSampling2D(2, interpolation="bilinear", name="up_sampling2d"),
            convolution("conv2d", 16, 5),
            layers.MaxPooling2D(2, name="max_pooling2d"),
            convolution("conv2d_1", 32, 5),
            layers.MaxPooling2D(2, name="max_pooling2d_1"),
            convolution("conv2d_2", 48, 3),
            convolution("conv2d_3", 48, 3),
            convolution("conv2d_4", 32, 3),
            layers.MaxPooling2D(2, name="max_pooling2d_2"),
            layers.Flatten(name="flatten"),
            dense("dense", 128),
            layers.Dropout(0.4, name="dropout"),
            dense("dense_1", 64),
            layers.Dropout(0.4, name="dropout_1"),
            layers.Dense(10, name="dense_2"),
        ],
        name="alexnet_fashion",
    )


class Augmented(keras.utils.PyDataset):
    """Batches in a new order each epoch; every image mirrored or not and moved by up to 2 cells."""

    def __init__(self, images, labels, batch, seed):
        super().__init__()
        self.images = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
        self.labels, self.batch = labels, batch
        self.random = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self):
        return len(self.labels) // self.batch

    def __getitem__(self, position):
        chosen = self.order[position * self.batch : (position + 1) * self.batch]
        count = len(chosen)
        rows = self.random.integers(0, 5, (count, 1)) + np.arange(28)
        columns = self.random.integers(0, 5, (count, 1)) + np.arange(28)
        mirrored = self.random.random(count) < 0.5
        columns[mirrored] = columns[mirrored, ::-1]
        images = self.images[chosen[:, None, None], rows[:, :, None], columns[:, None, :]]
        return images, self.labels[chosen]

    def on_epoch_end(self):
        """A new order."""
        self.order = self.random.permutation(len(self.labels))


def trained(train, test, asked):
    """The network with its weights, and nothing of what training needed."""
    pupil, model = build(), build()
    demo_maps.start(pupil, train[0][:500])
    demo_maps.keep_alive(pupil)
    fit(pupil, train, test, asked)
    model.set_weights(pupil.get_weights())
    return model


def fit(model, train, test, asked):
    batches = Augmented(*train, asked.batch, asked.seed)
    steps = len(batches) * asked.epochs
    # A rate that rises slowly kills few channels at the start, one that falls to 0 ends calm.
    rate = keras.optimizers.schedules.CosineDecay(
        1e-4, steps - steps // 20, warmup_target=1.2e-3, warmup_steps=steps // 20
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=2e-3, clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(
        batches, epochs=asked.epochs, validation_data=test, validation_batch_size=500, verbose=2
    )


def write(model, test, out):
    """The model in both formats, its sidecars, the samples; each checked as it is written."""
    path, twin = out / "alexnet_fashion.h5", out / "alexnet_fashion.onnx"
    model.save(path, include_optimizer=False)
    demo_twin.write(model, twin)
    worst = demo_twin.difference(path, twin, test[0][:1000])
    print(f"largest difference of the ONNX twin: {worst:.1e}")
    for file, order in ((path, "NHWC"), (twin, "NCHW")):
        if file.stat().st_size > MOST_BYTES:
            raise SystemExit(
                f"{file.name}: wanted at most {MOST_BYTES} bytes, got {file.stat().st_size}"
            )
        write_sidecar(file, order)
    demo_samples.write(model, test, LABELS, out)


def write_sidecar(file, order):
    steps = [dict(step, order=order) if step["step"] == "layout" else step for step in PREPARATION]
    steps = [{**step, "guessed": False, "why": "the network was trained so"} for step in steps]
    said = {"version": 1, "labels": LABELS, "source": "Fashion-MNIST", "preparation": steps}
    save(file.with_name(file.name + ".cutaway.json"), said)


def write_card(model, accuracy, seconds, asked):
    said = {
        "accuracy": round(accuracy, 4),
        "test_images": 10_000,
        "parameters": model.count_params(),
        "epochs": asked.epochs,
        "batch": asked.batch,
        "seed": asked.seed,
        "minutes": round(seconds / 60, 1),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "data": "Fashion-MNIST, 60,000 training images, mirrored and moved by up to 2 cells",
        "versions": versions(),
    }
    save(asked.out / "model_card.json", said)


def versions():
    engine = keras.backend.backend()
    module = __import__(engine)
    return {"keras": keras.__version__, engine: module.__version__, "numpy": np.__version__}


def save(path, said):
    path.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
