"""Capturing every tensor in other engines: PyTorch against TorchLens, LiteRT and Keras."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.measure import medians
from cutaway.loaders import Options, open_model, open_object
from cutaway.trace import Control

DATA = Path(os.environ.get("CUTAWAY_DATA", Path(__file__).parents[2] / "shared" / "data"))


class Beside(NamedTuple):
    """Median seconds of a plain run, of ours that keeps everything, and of a peer's."""

    name: str
    plain: float
    ours: float
    theirs: float | None


def bottleneck(entry: int, width: int, stride: int) -> Any:
    """A residual block of ResNet-50 (He et al., 2016)."""
    from torch import nn

    class Bottleneck(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            sizes = ((entry, width, 1, 1), (width, width, 3, stride), (width, 4 * width, 1, 1))
            self.convs = nn.ModuleList(
                nn.Conv2d(i, o, k, s, k // 2, bias=False) for i, o, k, s in sizes
            )
            self.norms = nn.ModuleList(nn.BatchNorm2d(o) for _, o, _, _ in sizes)
            self.down = None
            if stride != 1 or entry != 4 * width:
                conv = nn.Conv2d(entry, 4 * width, 1, stride, bias=False)
                self.down = nn.Sequential(conv, nn.BatchNorm2d(4 * width))

        def forward(self, x: Any) -> Any:
            kept = x if self.down is None else self.down(x)
            for at, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
                x = norm(conv(x))
                x = (x if at < 2 else x + kept).relu()
            return x

    return Bottleneck()


def resnet50() -> Any:
    """A network of ResNet-50's shape, untrained."""
    from torch import nn

    parts: list[Any] = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    parts.append(nn.MaxPool2d(3, 2, 1))
    entry = 64
    for width, count, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for at in range(count):
            parts.append(bottleneck(entry, width, stride if at == 0 else 1))
            entry = 4 * width
    parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2048, 1000)]
    return nn.Sequential(*parts).eval()


def torch_captures() -> list[Beside]:
    """PyTorch: a plain forward, ours, and TorchLens, for a ResNet-50 shape and a transformer."""
    import torch
    import torchlens
    from torch import nn

    layer = nn.TransformerEncoderLayer(256, 8, 1024, batch_first=True)
    words = nn.TransformerEncoder(layer, 4, enable_nested_tensor=False).eval()
    torch.manual_seed(0)
    rows: list[Beside] = []
    for name, net, fed in (
        ("ResNet-50 shape, PyTorch", resnet50(), torch.rand(1, 3, 224, 224)),
        ("transformer, 4 layers of 256, 128 words", words, torch.rand(1, 128, 256)),
    ):
        model = open_object(net, fed, lambda _: None, Options())
        runner = model.start()
        inputs = {model.graph.inputs[0]: fed.numpy()}

        def plain(net: Any = net, fed: Any = fed) -> None:
            with torch.no_grad():
                net(fed)

        def peer(net: Any = net, fed: Any = fed) -> None:
            with torch.no_grad():
                torchlens.trace(net, fed)

        taken = medians(
            plain, lambda r=runner, x=inputs: r.run(x, Control()), peer, times=5, warm=1
        )
        rows.append(Beside(name, *taken))
    return rows


def litert_captures() -> list[Beside]:
    """LiteRT against its own run without delegates."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    rows: list[Beside] = []
    for name in ("mobilenet_v2_quant", "deeplabv3"):
        path = DATA / "models" / "tflite" / f"{name}.tflite"
        plain = Interpreter(
            str(path),
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            num_threads=2,
        )
        plain.allocate_tensors()
        (told,) = plain.get_input_details()
        fed = np.random.default_rng(0).random(told["shape"]).astype(told["dtype"])

        def run(plain: Any = plain, told: Any = told, fed: Any = fed) -> None:
            plain.set_tensor(told["index"], fed)
            plain.invoke()

        rows.append(Beside(f"{name}, LiteRT", *_beside(path, fed, run), None))
    return rows


def keras_captures(alexnet: Path) -> list[Beside]:
    """Keras against ``model(x, training=False)``."""
    import keras

    rows: list[Beside] = []
    for path in (alexnet, DATA / "models" / "keras" / "cifar10_resnet8.h5"):
        own = keras.saving.load_model(path, compile=False)
        fed = np.random.default_rng(0).random((1, *own.inputs[0].shape[1:]), np.float32)

        def run(own: Any = own, fed: Any = fed) -> None:
            np.asarray(own(fed, training=False))

        rows.append(Beside(f"{path.stem}, Keras", *_beside(path, fed, run), None))
    return rows


def _beside(path: Path, fed: np.ndarray, plain: Callable[[], None]) -> list[float]:
    model = open_model(path, lambda _: None)
    runner = model.start()
    inputs = {model.graph.inputs[0]: fed}
    taken = medians(plain, lambda: runner.run(inputs, Control()), times=15)
    runner.close()
    return taken
