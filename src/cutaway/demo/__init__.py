"""The demo: a small network trained on Fashion-MNIST, test images to feed it, its class names."""

from cutaway.demo.shipped import Sample, card, describe, labels, model, sample, samples, ships

__all__ = ["Sample", "card", "describe", "labels", "model", "sample", "samples", "ships"]
