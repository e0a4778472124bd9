"""Files of 10 GB: their structure, and the memory of whoever reads it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path

from onnx import TensorProto, helper

SIZE = 10_000_000_000
LAYERS = 40
_ASK = """
import sys, time
from pathlib import Path
from cutaway.loaders import open_model
started = time.perf_counter()
model = open_model(Path(sys.argv[1]), lambda _: None)
took = time.perf_counter() - started
# Not getrusage, which counts the process that this one was forked from.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(took, int(peak.split()[1]) * 1024, len(model.graph.values))
"""


def safetensors(folder: Path) -> Path:
    """A sparse safetensors file of a transformer's names."""
    rows = SIZE // LAYERS // 2 // 4096
    header: dict[str, object] = {}
    at = 0
    for layer in range(LAYERS):
        size = rows * 4096 * 2
        header[f"model.layers.{layer}.mlp.up_proj.weight"] = {
            "dtype": "BF16", "shape": [rows, 4096], "data_offsets": [at, at + size],
        }  # fmt: skip
        at += size
    words = json.dumps(header).encode()
    path = folder / "large.safetensors"
    with path.open("wb") as out:
        out.write(struct.pack("<Q", len(words)) + words)
        out.truncate(8 + len(words) + at)
    return path


def onnx_external(folder: Path) -> Path:
    """An ONNX file whose weights lie in a sparse file beside it."""
    width = int((SIZE / LAYERS / 4) ** 0.5)
    size = width * width * 4
    nodes, weights = [], []
    for layer in range(LAYERS):
        nodes.append(helper.make_node("MatMul", [f"x{layer}", f"w{layer}"], [f"x{layer + 1}"]))
        tensor = TensorProto(
            name=f"w{layer}", dims=[width, width], data_type=TensorProto.FLOAT,
            data_location=TensorProto.EXTERNAL,
        )  # fmt: skip
        for key, value in (
            ("location", "large.bin"), ("offset", layer * size), ("length", size),
        ):  # fmt: skip
            tensor.external_data.add(key=key, value=str(value))
        weights.append(tensor)
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, width])
        for name in ("x0", f"x{LAYERS}")
    ]
    graph = helper.make_graph(nodes, "large", ends[:1], ends[1:], weights)
    with (folder / "large.bin").open("wb") as out:
        out.truncate(LAYERS * size)
    path = folder / "large.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path.write_bytes(model.SerializeToString())
    return path


def opened(path: Path) -> tuple[float, int]:
    """Seconds to the structure, and the peak memory of the process, imports included."""
    said = subprocess.run(
        [sys.executable, "-c", _ASK, str(path)], capture_output=True, text=True, check=True
    ).stdout.split()
    return float(said[0]), int(said[1])
