"""What makes the demo's feature maps worth looking at: where training starts, what it avoids.

Left to itself training is content with maps that are dark but for a few cells, and lets channels
fall silent. Two gentle measures keep them alive; neither is part of the saved network.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import layers, ops


def start(model, images):
    """Start the first convolution at a bank of blobs and edges, each as bright as the others.

    Training goes on from there. The scale of each filter comes from its answer to ``images``
    (N, 28, 28, 1): a start that depends on the data, as in Mishkin and Matas, "All you need is a
    good init" (2016).
    """
    first = model.get_layer("conv2d")
    first.set_weights([bank(), np.zeros(first.filters, np.float32)])
    until = keras.Model(model.inputs, first.output)
    answers = until.predict(images, verbose=0).reshape(-1, first.filters)
    brightest = np.percentile(answers, 99, axis=0)
    first.set_weights([bank() / brightest, np.zeros(first.filters, np.float32)])


def bank():
    """16 filters (5, 5, 1, 16) float32: a blob, 8 edges, 4 lit from one side, 3 rims."""
    y, x = np.mgrid[-2:3, -2:3].astype(np.float64)
    square = x * x + y * y

    def bell(width):
        blob = np.exp(-square / (2 * width**2))
        return blob / blob.sum()

    def slope(angle):
        side = (x * np.cos(angle) + y * np.sin(angle)) * bell(1.3)
        return side / np.abs(side).sum()

    eighth = np.pi / 4
    filters = [bell(1.0)]
    filters += [slope(turn * eighth) for turn in range(8)]
    filters += [slope((turn * 2 + 1) * eighth) + 0.35 * bell(1.3) for turn in range(4)]
    filters += [1.6 * bell(0.7) - bell(1.6), bell(0.7) - bell(1.6), bell(1.6) - bell(0.7)]
    return np.stack(filters, axis=-1)[:, :, None, :].astype(np.float32)


class Lively(keras.regularizers.Regularizer):
    """A small loss for channels that answer in few cells only, or on the empty background.

    How widely a channel answers is mean(d) / rms(d) over a batch, d the distance of each cell to
    the picture's corner: 1 where all cells answer alike, near 0 where one does alone (the measure
    of sparseness in Treves and Rolls, 1991).
    """

    def __init__(self, weight=0.3, wanted=0.5, dark=0.3):
        self.weight, self.wanted, self.dark = weight, wanted, dark

    def __call__(self, maps):
        """The loss for maps (N, H, W, C), summed over the batch as Keras divides by N."""
        seen = maps[:16]  # enough of a batch to judge its channels by
        corner = seen[:, :1, :1, :]
        distance = ops.abs(seen - corner)
        rms = ops.sqrt(ops.mean(ops.square(distance), (0, 1, 2)))
        width = ops.mean(distance, (0, 1, 2)) / (rms + 1e-3)
        power = ops.mean(ops.square(seen), (0, 1, 2)) + 1e-3
        glow = ops.mean(ops.square(corner), (0, 1, 2)) / power
        loss = ops.mean(ops.relu(self.wanted - width)) + self.dark * ops.mean(glow)
        return self.weight * loss * ops.cast(ops.shape(maps)[0], "float32")


def keep_alive(model):
    """Have training avoid silent channels; a network built anew is free of it."""
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            layer.activity_regularizer = Lively()
