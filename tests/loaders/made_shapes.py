"""Networks of well-known shapes, written as ONNX: a U-Net, quantized ones, one beyond 2 GB."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from loaders.made import F, Maker, info, random, save, tensor
from onnx import TensorProto, helper

ROWS, WIDTH = 550_000, 1024
"""Of a table of 2.25 GB."""


def onnx_unet(folder: Path) -> Path:
    """Two steps down, two steps up, and a way across at each."""
    nodes, weights = [], []

    def conv(name: str, fed: str, entry: int, out: int, seed: int) -> str:
        weights.append(tensor(f"{name}/kernel", random(out, entry, 3, 3, seed=seed) / 5))
        reads = [fed, f"{name}/kernel"]
        nodes.append(helper.make_node("Conv", reads, [f"{name}:linear"], name, pads=[1, 1, 1, 1]))
        nodes.append(helper.make_node("Relu", [f"{name}:linear"], [name], f"{name}/relu"))
        return name

    def up(name: str, fed: str, entry: int, out: int, seed: int) -> str:
        weights.append(tensor(f"{name}/kernel", random(entry, out, 2, 2, seed=seed) / 3))
        nodes.append(
            helper.make_node("ConvTranspose", [fed, f"{name}/kernel"], [name], name, strides=[2, 2])
        )
        return name

    across, fed, entry = [], "x", 1
    for at, width in enumerate((4, 8)):
        fed = conv(f"down/{at}/conv", fed, entry, width, at)
        across.append((fed, width))
        nodes.append(
            helper.make_node(
                "MaxPool", [fed], [f"down/{at}/pool"], f"down/{at}/pool",
                kernel_shape=[2, 2], strides=[2, 2],
            )
        )  # fmt: skip
        fed, entry = f"down/{at}/pool", width
    fed = conv("middle", fed, 8, 16, 2)
    entry = 16
    for at, (skip, width) in enumerate(reversed(across)):
        fed = up(f"up/{at}/up", fed, entry, width, 3 + at)
        nodes.append(
            helper.make_node("Concat", [fed, skip], [f"up/{at}/cat"], f"up/{at}/cat", axis=1)
        )
        fed = conv(f"up/{at}/conv", f"up/{at}/cat", 2 * width, width, 5 + at)
        entry = width
    nodes.append(helper.make_node("Sigmoid", [fed], ["y"], "y"))
    ends = [info("x", "n", 1, 16, 16)], [info("y", "n", 4, 16, 16)]
    return save(folder, "unet", nodes, *ends, weights)


def onnx_quantized(folder: Path) -> Path:
    """Integers between QuantizeLinear and DequantizeLinear, and a convolution of integers."""
    draw = np.random.default_rng(0)

    def small(name: str, number: float) -> TensorProto:
        return tensor(name, np.array(number, np.float32))

    weights = [
        small("x_scale", 0.02), tensor("zero", np.array(128, np.uint8)),
        small("k_scale", 0.01), tensor("k_zero", np.array(0, np.int8)), small("y_scale", 0.1),
        tensor("kernel", draw.integers(-99, 99, (4, 3, 3, 3)).astype(np.int8)),
        tensor("dense", draw.integers(-99, 99, (4, 5)).astype(np.int8)),
        tensor("bias", draw.integers(-500, 500, 4).astype(np.int32)),
    ]  # fmt: skip
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "x_scale", "zero"], ["q"], "quantize"),
        helper.make_node(
            "QLinearConv",
            ["q", "x_scale", "zero", "kernel", "k_scale", "k_zero", "y_scale", "zero", "bias"],
            ["c"], "conv",
        ),
        helper.make_node("DequantizeLinear", ["c", "y_scale", "zero"], ["r"], "real"),
        helper.make_node("GlobalAveragePool", ["r"], ["g"], "mean"),
        helper.make_node("Flatten", ["g"], ["f"], "flat"),
        helper.make_node("DequantizeLinear", ["dense", "k_scale", "k_zero"], ["w"], "weights"),
        helper.make_node("MatMul", ["f", "w"], ["y"], "dense"),
    ]  # fmt: skip
    ends = [info("x", "n", 3, 8, 8)], [info("y", "n", 5)]
    return save(folder, "quantized", nodes, *ends, weights)


def onnx_huge(folder: Path) -> Path:
    """A table of 2.25 GB in a sparse file beside the model, of which a few rows are looked up."""
    size = ROWS * WIDTH * 4
    with (folder / "table.bin").open("wb") as out:
        out.truncate(size)
        out.seek(WIDTH * 4)
        out.write(random(9, WIDTH).tobytes())
    table = TensorProto(name="table", data_type=F, dims=[ROWS, WIDTH])
    table.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "table.bin", "offset": "0", "length": str(size)}.items():
        table.external_data.add(key=key, value=value)
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["words"], "words"),
        helper.make_node("MatMul", ["words", "w"], ["y"], "dense"),
    ]
    return save(
        folder, "huge", nodes, [info("ids", 1, "n", kind=TensorProto.INT64)],
        [info("y", 1, "n", 3)], [table, tensor("w", random(WIDTH, 3))],
    )  # fmt: skip


SHAPES: dict[str, Maker] = {
    "onnx unet": onnx_unet,
    "onnx quantized": onnx_quantized,
    "onnx huge": onnx_huge,
}
