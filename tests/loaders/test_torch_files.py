"""PyTorch's files: checkpoints with and without what builds them, and files that must not run."""

from __future__ import annotations

import contextlib
import io
import json
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from loaders.made_torch import Residual, deciding, program, seeded
from torch import nn

import cutaway
from cutaway.errors import BrokenFile, InputError, ModelError, RefusedFile, UnsupportedModel
from cutaway.loaders import Options, open_model

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.head = nn.Linear(4, 2)

    def forward(self, image):
        return self.head(self.conv(image).amax((2, 3)))

def other():
    return nn.Linear(3, 3)

def nothing():
    return 3
"""


class Touching:
    """What runs code as soon as it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.marker,)


def opened(path: Path, **said: Any) -> Any:
    return open_model(path, lambda _: None, Options(**said))


@pytest.fixture
def net(tmp_path: Path) -> tuple[Path, nn.Module]:
    """A file with a class, and a network of it."""
    path = tmp_path / "net.py"
    path.write_text(NET)
    held: dict[str, Any] = {}
    exec(compile(NET, path, "exec"), held)
    torch.manual_seed(0)
    return path, held["Net"]()


@pytest.mark.data
@pytest.mark.parametrize("name", ["face_rfb_320_state_dict.pth", "yunet_checkpoint.pth"])
def test_real_checkpoints_show_their_tensors(name: str, data: Path) -> None:
    path = data / "models" / "torch" / name
    model = opened(path)
    held = torch.load(path, weights_only=True, map_location="cpu")
    tensors = held.get("state_dict", held)
    assert {value.name for value in model.graph.values} == set(tensors)
    for value in model.graph.values:
        np.testing.assert_array_equal(model.weight(value.id), tensors[value.name])
    if "state_dict" in held:
        assert any("optimizer" in note for note in model.graph.notes)
    with pytest.raises(UnsupportedModel, match="--model module:Class"):
        model.start()


@pytest.mark.data
def test_a_real_pickle_of_own_classes_is_refused(data: Path) -> None:
    path = data / "models" / "torch" / "pickled_custom_classes.pth"
    with pytest.raises(RefusedFile, match=r"MainModel.KitModel.*--trust"):
        opened(path)


@pytest.mark.parametrize("prefix", ["", "module.", "_orig_mod."])
def test_a_checkpoint_runs_with_what_builds_it(
    prefix: str, net: tuple[Path, nn.Module], tmp_path: Path
) -> None:
    source, module = net
    tensors = {prefix + name: tensor for name, tensor in module.state_dict().items()}
    path = tmp_path / "weights.pt"
    torch.save({"epoch": 3, "model": tensors, "optimizer": {"lr": 0.1}}, path)
    image = np.random.default_rng(0).standard_normal((1, 1, 9, 9)).astype(np.float32)
    with cutaway.open(path, maker=f"{source}:Net") as model:
        run = model.run(image)
        with torch.no_grad():
            wanted = module(torch.tensor(image))
        np.testing.assert_allclose(run["head"], wanted, rtol=1e-6)
        assert model.graph["name"] == "weights.pt"


def test_what_does_not_build_it_is_told(net: tuple[Path, nn.Module], tmp_path: Path) -> None:
    source, module = net
    path = tmp_path / "weights.pt"
    torch.save(module.state_dict(), path)
    cases = {
        f"{source}:other": r"the file lacks bias, weight and has conv.bias.*beyond it",
        f"{source}:nothing": r"a torch.nn.Module was wanted of .* made a int",
        f"{source}:Missing": "has no class or function Missing",
        "no.such.package:Net": r"cannot be imported: ModuleNotFoundError",
        "Net": r"wanted as package.module:Class or net.py:Class; got 'Net'",
        f"{tmp_path / 'none.py'}:Net": "there is no file",
    }
    for maker, said in cases.items():
        with pytest.raises((InputError, ModelError), match=said):
            opened(path, maker=maker)


def test_a_pickle_runs_only_where_it_is_trusted(tmp_path: Path) -> None:
    path, marker = tmp_path / "hostile.pt", tmp_path / "ran"
    for legacy in (False, True):
        torch.save({"w": torch.ones(2), "x": Touching(marker)}, path,
                   _use_new_zipfile_serialization=not legacy)  # fmt: skip
        with pytest.raises(RefusedFile, match=r"--trust"):
            opened(path)
        assert not marker.exists()
        opened(path, trust=True)
        assert marker.exists()
        marker.unlink()


def test_a_whole_module_is_opened_where_it_is_trusted(tmp_path: Path) -> None:
    path = tmp_path / "whole.pt"
    torch.save(nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU()), path)
    with pytest.raises(RefusedFile, match=r"torch.nn.modules.*Sequential"):
        opened(path)
    model = opened(path, trust=True)
    assert [node.op for node in model.graph.nodes] == ["conv2d", "relu"]
    model.start().close()


def rewritten(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes]) -> Path:
    """A copy of an archive with members changed and added."""
    target = path.with_name("hostile.pt2")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for member in source.infolist():
            out.writestr(member.filename, change(member.filename, source.read(member)))
        for name, content in more.items():
            out.writestr(name, content)
    return target


def pickled_constant(marker: Path) -> tuple[Callable[[str, bytes], bytes], dict[str, bytes]]:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("model_constants_config.json"):
            return content
        entry = {"path_name": "opaque_obj_0", "is_param": False, "use_pickle": True}
        return json.dumps({"config": {"evil": {**entry, "tensor_meta": None}}}).encode()

    return change, {"residual/data/constants/opaque_obj_0": pickle.dumps(Touching(marker))}


def pickled_weight(marker: Path) -> tuple[Callable[[str, bytes], bytes], dict[str, bytes]]:
    out = io.BytesIO()
    torch.save(Touching(marker), out)

    def change(name: str, content: bytes) -> bytes:
        if name.endswith("model_weights_config.json"):
            parsed = json.loads(content)
            first = next(iter(parsed["config"].values()))
            first |= {"path_name": "weight_evil", "use_pickle": True}
            return json.dumps(parsed).encode()
        return content

    return change, {"residual/data/weights/weight_evil": out.getvalue()}


def evaluated_length(marker: Path) -> tuple[Callable[[str, bytes], bytes], dict[str, bytes]]:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("models/model.json"):
            return content
        code = f"__import__('pathlib').Path({str(marker)!r}).touch() or 3"
        parsed = json.loads(content)
        for tensor in parsed["graph_module"]["graph"]["tensor_values"].values():
            for size in tensor["sizes"]:
                if "as_expr" in size:
                    size["as_expr"]["expr_str"] = code
        return json.dumps(parsed).encode()

    return change, {}


def called_function(marker: Path) -> tuple[Callable[[str, bytes], bytes], dict[str, bytes]]:
    del marker

    def change(_: str, content: bytes) -> bytes:
        return content.replace(b"torch.ops.aten.conv2d.default", b"torch.utils.cpp_extension.load")

    return change, {}


HOSTILE = {
    "a pickled object": (pickled_constant, "object that is no tensor|code or a pickle"),
    "a pickled weight": (pickled_weight, "needs code to be run when it is read at .*weight_evil"),
    "a length that is code": (evaluated_length, "computes a length by .* no arithmetic"),
    "a function that is no operator": (called_function, "which is no operator of a network"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_program_runs_nothing(what: str, tmp_path: Path) -> None:
    make, said = HOSTILE[what]
    marker = tmp_path / "ran"
    path = rewritten(program(tmp_path), *make(marker))
    with pytest.raises(RefusedFile, match=said):
        opened(path)
    assert not marker.exists()


@pytest.mark.parametrize("what", ["a pickled object", "a pickled weight", "a length that is code"])
def test_pytorch_itself_would_run_it(what: str, tmp_path: Path) -> None:
    """So that the refusals above are known to refuse something."""
    marker = tmp_path / "ran"
    path = rewritten(program(tmp_path), *HOSTILE[what][0](marker))
    with contextlib.suppress(ModelError):
        opened(path, trust=True)
    assert marker.exists()


def test_code_and_swelling_members_are_refused(tmp_path: Path) -> None:
    good = program(tmp_path)

    def same(_: str, content: bytes) -> bytes:
        return content

    path = rewritten(good, same, {"residual/data/aotinductor/model/wrapper.so": b"\x7fELF"})
    with pytest.raises(RefusedFile, match=r"wrapper.so, which is code"):
        opened(path)
    shutil.copy(good, path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("residual/data/weights/more", bytes(100 << 20))
    with pytest.raises(RefusedFile, match="would swell"):
        opened(path)


class Reaching(nn.Module):
    """A script that reads a file of the machine it runs on."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + torch.from_file("/etc/hostname", shared=False, size=4, dtype=torch.uint8)


class Waking(nn.Module):
    """A script that does something as soon as it is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x * self.count

    @torch.jit.export
    def __getstate__(self) -> int:
        return self.count

    @torch.jit.export
    def __setstate__(self, state: int) -> None:
        self.count = state
        self.training = False


@pytest.mark.parametrize(("make", "said"), [(Reaching, "from_file"), (Waking, "__setstate__")])
def test_a_script_that_reaches_out_or_runs_at_once_is_refused(
    make: type[nn.Module], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "hostile.pt"
    torch.jit.script(make()).save(path)
    with pytest.raises(RefusedFile, match=said):
        opened(path)


def test_damaged_files_are_told(tmp_path: Path) -> None:
    state = tmp_path / "state.pt"
    torch.save(seeded(Residual).state_dict(), state)
    draw = np.random.default_rng(0)
    told = 0
    for good in (program(tmp_path), deciding(tmp_path), state):
        whole = good.read_bytes()
        path = tmp_path / f"damaged{good.suffix}"
        for at in range(25):
            damaged = bytearray(whole)
            place = int(draw.integers(8, len(whole) - 4))
            damaged[place : place + 4] = draw.bytes(4)
            path.write_bytes(damaged if at % 2 else damaged[:place])
            try:
                model = opened(path)
                for value in model.graph.values:
                    if value.what in ("weight", "constant"):
                        model.weight(value.id)
            except ModelError:
                told += 1
    assert told > 40
    empty = tmp_path / "empty.pt"
    torch.save({"epoch": 3}, empty)
    with pytest.raises(UnsupportedModel, match="without tensors"):
        opened(empty)
    with zipfile.ZipFile(tmp_path / "odd.pt2", "w") as archive:
        archive.writestr("odd/archive_format", "pt2")
        archive.writestr("odd/models/model.json", "{")
    with pytest.raises(BrokenFile, match=r"is damaged at odd/models/model.json"):
        opened(tmp_path / "odd.pt2")
