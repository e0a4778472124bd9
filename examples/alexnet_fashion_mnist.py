"""Train AlexNet on Fashion-MNIST, save it, and look inside it with Cutaway.

    pip install keras torch pillow h5py        # or jax in place of torch
    python examples/alexnet_fashion_mnist.py
    cutaway open alexnet.h5 --input trousers.png

AlexNet (Krizhevsky, Sutskever and Hinton, 2012) has 47 million weights and wants pictures of
224x224 cells in three colours. Fashion-MNIST has 70,000 gray ones of 28x28. Enlarged all at once
they would take 42 GB, so every batch is enlarged when it is needed.

50 epochs over 60,000 pictures want an accelerator. On a CPU take fewer:

    python examples/alexnet_fashion_mnist.py --images 12000 --epochs 3 --test-images 2000

Fashion-MNIST's four files come from https://github.com/zalandoresearch/fashion-mnist.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import math
import os
from pathlib import Path

# Keras runs on one of several engines and must be told before it is imported.
os.environ.setdefault("KERAS_BACKEND", "torch" if importlib.util.find_spec("torch") else "jax")

import keras
import numpy as np
from keras import layers
from PIL import Image

SIDE = 224
LABELS = [
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
    "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
]  # fmt: skip

# How a picture becomes this network's input. Saved beside the model, so that Cutaway need not
# guess: the same steps that ``Pictures`` below takes.
PREPARATION = [
    {"step": "decode"},
    {"step": "colour", "to": "rgb"},
    {"step": "resize", "mode": "stretch", "width": SIDE, "height": SIDE, "filter": "bilinear"},
    {"step": "range", "low": 0.0, "high": 1.0},
    {"step": "layout", "order": "NHWC"},
    {"step": "dtype", "to": "float32"},
]


def build():
    """AlexNet with ten classes: 14 layers, the last of which gives raw values (logits)."""
    return keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 3)),
            layers.Conv2D(96, 11, strides=4, activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(256, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(384, 3, padding="same", activation="relu"),
            layers.Conv2D(256, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(3, strides=2),
            layers.Flatten(),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(4096, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10),
        ],
        name="alexnet",
    )


def read(folder, part, limit=None):
    """The first ``limit`` images (N, 28, 28) uint8 and labels (N,) uint8 of a part."""
    try:
        images = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
        labels = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
    except FileNotFoundError as problem:
        raise SystemExit(
            f"wanted Fashion-MNIST's four .gz files, found no {problem.filename}; get them from "
            "https://github.com/zalandoresearch/fashion-mnist and name their folder with --data"
        ) from problem
    # Both files begin with a few numbers that say how long they are.
    pictures = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28)
    return pictures[:limit], np.frombuffer(labels, np.uint8, offset=8)[:limit]


def enlarge(picture):
    """One gray picture (28, 28) uint8 as (224, 224, 3) float32 in 0..1."""
    wide = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    wide = np.asarray(wide, np.float32) / 255
    return np.repeat(wide[:, :, None], 3, axis=2)


class Pictures(keras.utils.PyDataset):
    """Batches of enlarged pictures; shuffled, and half of them mirrored, where ``seed`` is set."""

    def __init__(self, images, labels, batch, seed=None):
        super().__init__()
        self.images, self.labels, self.batch = images, labels, batch
        self.random = None if seed is None else np.random.default_rng(seed)
        self.order = np.arange(len(labels))
        self.on_epoch_end()

    def __len__(self):
        return math.ceil(len(self.labels) / self.batch)

    def __getitem__(self, position):
        chosen = self.order[position * self.batch : (position + 1) * self.batch]
        pictures = np.stack([enlarge(self.images[one]) for one in chosen])
        if self.random is not None:
            mirrored = self.random.random(len(chosen)) < 0.5
            pictures[mirrored] = pictures[mirrored, :, ::-1]
        return pictures, self.labels[chosen].astype(np.int64)

    def on_epoch_end(self):
        """A new order."""
        if self.random is not None:
            self.random.shuffle(self.order)


def compile_for(model, steps):
    """Make the model ready for ``steps`` batches of training."""
    # The rate rises over the first twentieth, so that no channel dies at once, then falls to 0.
    warmup = max(1, steps // 20)
    rate = keras.optimizers.schedules.CosineDecay(
        1e-5, max(1, steps - warmup), warmup_target=2e-4, warmup_steps=warmup
    )
    model.compile(
        keras.optimizers.Adam(rate),
        # The last layer gives raw values: the loss applies softmax itself.
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )


def save(model, path):
    """The model, its class names, and how to prepare its input."""
    path.parent.mkdir(parents=True, exist_ok=True)
    model.save(path, include_optimizer=False)
    path.with_suffix(".labels.txt").write_text("\n".join(LABELS) + "\n", "utf-8")
    steps = [
        {**step, "guessed": False, "why": "the network was trained so"} for step in PREPARATION
    ]
    sidecar = {"version": 1, "labels": LABELS, "source": "Fashion-MNIST", "preparation": steps}
    path.with_name(path.name + ".cutaway.json").write_text(json.dumps(sidecar, indent=1), "utf-8")


def parse():
    shared = os.environ.get("CUTAWAY_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
    parser = argparse.ArgumentParser(description="Train AlexNet on Fashion-MNIST.")
    parser.add_argument("--epochs", type=int, default=50)
    parser.add_argument("--images", type=int, default=60_000, help="training images to use")
    parser.add_argument("--test-images", type=int, default=10_000, help="test images to use")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, default=Path(shared) / "fashion-mnist")
    parser.add_argument("--out", type=Path, default=Path("alexnet.h5"))
    return parser.parse_args()


def main():
    asked = parse()
    keras.utils.set_random_seed(asked.seed)
    train = Pictures(*read(asked.data, "train", asked.images), asked.batch, asked.seed)
    test = Pictures(*read(asked.data, "t10k", asked.test_images), asked.batch)
    model = build()
    model.summary()
    compile_for(model, len(train) * asked.epochs)
    model.fit(train, epochs=asked.epochs)
    _, accuracy = model.evaluate(test)
    save(model, asked.out)
    print(f"test accuracy: {accuracy:.2%} of {len(test.labels):,} images; saved {asked.out}")


if __name__ == "__main__":
    main()
