"""Decoding and preprocessing of a photo beside the inference that it is for."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from bench.measure import medians
from cutaway import inputs

DATA = Path(os.environ.get("CUTAWAY_DATA", Path(__file__).parents[2] / "shared" / "data"))
TIMES = 25


@dataclass(frozen=True)
class Prepared:
    """Seconds for one photo."""

    name: str
    decoding: float
    preparing: float
    inference: float
    """Of MobileNetV2, 224 x 224, 8 bit, by LiteRT itself."""

    @property
    def ratio(self) -> float:
        """What comes before the network, beside the network."""
        return (self.decoding + self.preparing) / self.inference


def prepared() -> list[Prepared]:
    """A photo as JPEG and as PNG, and a large one; empty where the model is not there."""
    path = DATA / "models" / "tflite" / "mobilenet_v2_quant.tflite"
    if not path.is_file():
        return []
    photo = Image.open(DATA / "photos" / "coffee.png").convert("RGB")
    large = photo.resize((4000, 3000), Image.Resampling.BICUBIC)
    files = {
        "600 x 400 JPEG": _packed(photo, "JPEG"),
        "600 x 400 PNG": _packed(photo, "PNG"),
        "12 megapixels JPEG": _packed(large, "JPEG"),
    }
    return [_measured(name, data, path) for name, data in files.items()]


def _packed(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=92)
    return out.getvalue()


def _measured(name: str, data: bytes, path: Path) -> Prepared:
    from ai_edge_litert.interpreter import Interpreter

    target = inputs.Target("input", (1, 224, 224, 3), "uint8", "NHWC", {"range": [0, 255]})
    source = inputs.load(data, name)
    steps = inputs.guess(target, source)
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    (held,) = interpreter.get_input_details()
    picture = np.ascontiguousarray(inputs.prepare(source, steps, target).array)
    interpreter.set_tensor(held["index"], picture)
    decoding, preparing, inference = medians(
        lambda: inputs.load(data, name),
        lambda: inputs.prepare(source, steps, target),
        interpreter.invoke,
        times=TIMES,
    )
    return Prepared(name, decoding, preparing, inference)


if __name__ == "__main__":
    for one in prepared():
        told = (one.decoding, one.preparing, one.inference)
        numbers = ", ".join(f"{seconds * 1e3:.2f} ms" for seconds in told)
        print(f"{one.name}: decoding, preparing, inference {numbers}; ratio {one.ratio:.2f}")
