"""PyTorch: files and live modules against PyTorch's own numbers, and what is left as it was."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from loaders.made_torch import Deciding, Recurrent, Residual, Words, deciding, program, seeded
from loaders.opened import opened, random_feeds
from torch import nn

import cutaway
from cutaway.arithmetic import Fields, explain
from cutaway.errors import InputError, MissingPackage, RunError, UnknownFormat, UnsupportedModel
from cutaway.loaders import Options, open_model, open_object
from cutaway.trace import Array, Capture, Control


def live(module: nn.Module, example: Any = None, **said: Any) -> Any:
    return open_object(module, example, lambda _: None, Options(**said))


def run(model: Any, feeds: dict[int, Array] | None = None) -> Capture:
    runner = model.start()
    capture = runner.run(feeds or random_feeds(model), Control())
    runner.close()
    return capture


def fed(model: Any, *arrays: Array) -> dict[int, Array]:
    return dict(zip(model.graph.inputs, arrays, strict=True))


def draws(*shape: int) -> Array:
    return np.random.default_rng(3).standard_normal(shape).astype(np.float32)


def test_an_exported_program_gives_pytorchs_own_numbers(tmp_path: Path) -> None:
    model = open_model(program(tmp_path), lambda _: None)
    image = draws(3, 3, 33, 40)
    capture = run(model, fed(model, image))
    module = seeded(Residual)
    with torch.no_grad():
        wanted = module(torch.tensor(image))
        stem = module.stem(torch.tensor(image))
    assert capture.failure is None
    by_name = {model.graph.values[value].name: array for value, array in capture.tensors.items()}
    np.testing.assert_allclose(by_name["stem"], stem, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(
        capture.tensors[model.graph.outputs[0]], wanted, rtol=1e-5, atol=1e-6
    )
    assert model.graph.values[model.graph.inputs[0]].shape == ("batch", 3, 33, 40)


def test_groups_are_the_modules_and_names_are_theirs(tmp_path: Path) -> None:
    graph = open_model(program(tmp_path), lambda _: None).graph
    names = [node.name for node in graph.nodes]
    assert names[:4] == ["stem", "blocks/0/conv", "blocks/0/norm", "blocks/0/add"]
    # The block that is called twice has both its calls in one group.
    assert names.count("blocks/0/conv:1") == 1
    scopes = {group.name for group in graph.groups if group.what == "scope"}
    assert {"blocks", "blocks/0", "blocks/1"} <= scopes
    weights = {value.name for value in graph.values if value.what == "weight"}
    assert {"stem.weight", "blocks.1.norm.running_mean", "head.bias"} <= weights
    assert not any("num_batches" in name for name in weights)


@pytest.mark.parametrize("make", [Residual, Words, Recurrent, Deciding])
def test_a_live_module_gives_its_own_numbers_and_is_left_alone(make: type[nn.Module]) -> None:
    module = seeded(make)
    module.train()
    next(module.children()).eval()  # a part in another mode than the whole
    modes = [part.training for part in module.modules()]
    held = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    examples = {
        Residual: (torch.tensor(draws(1, 3, 33, 40)),),
        Words: (torch.arange(6)[None], torch.ones(1, 6)),
        Recurrent: (torch.tensor(draws(1, 4, 6)),),
        Deciding: (torch.ones(1, 4),),
    }
    example = examples[make]
    model = live(module, example)
    capture = run(model, fed(model, *(one.numpy() for one in example)))
    assert [part.training for part in module.modules()] == modes
    assert all(torch.equal(module.state_dict()[name], tensor) for name, tensor in held.items())
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())
    assert all(one.requires_grad for one in module.parameters())
    assert not torch.nn.modules.module._global_forward_hooks
    module.eval()
    with torch.no_grad():
        wanted = module(*example)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    assert capture.failure is None
    assert len(model.graph.outputs) == len(wanted)
    for value, tensor in zip(model.graph.outputs, wanted, strict=True):
        np.testing.assert_allclose(capture.tensors[value], tensor, rtol=1e-5, atol=1e-6)


def test_where_export_gives_up_operators_are_recorded() -> None:
    model = live(seeded(Deciding), torch.ones(1, 4))
    assert any("recorded from one run" in note for note in model.graph.notes)
    names = [node.name for node in model.graph.nodes]
    assert "up/addmm" in names
    assert not any(name.startswith("down") for name in names)
    # The sums of residuals are operators that no module has: they are there all the same.
    assert [node.op for node in model.graph.nodes].count("add") == 3
    with pytest.raises(InputError, match="wants"):
        run(model, fed(model, draws(2, 4)))
    capture = run(model, fed(model, -np.ones((1, 4), np.float32)))
    assert capture.failure is not None
    assert "takes another way through the module" in capture.failure.message


def test_a_script_takes_the_branch_of_its_input(tmp_path: Path) -> None:
    model = open_model(deciding(tmp_path), lambda _: None)
    module = seeded(Deciding)
    ways = ((1, "if/then/up", "if/else/down"), (-1, "if/else/down", "if/then/up"))
    for sign, taken, other in ways:
        x = sign * np.ones((1, 4), np.float32)
        capture = run(model, fed(model, x))
        named = {model.graph.values[value].name: value for value in capture.tensors}
        assert any(name.startswith(taken) for name in named)
        left = {model.graph.values[value].name: why for value, why in capture.left_out.items()}
        assert any(name.startswith(other) and "branch" in why for name, why in left.items())
        with torch.no_grad():
            wanted = module(torch.tensor(x))
        (output,) = model.graph.outputs
        np.testing.assert_allclose(capture.tensors[output], wanted, rtol=1e-6)


@pytest.mark.data
def test_a_real_script_gives_its_own_numbers_and_keeps_no_state(data: Path) -> None:
    path = data / "models" / "torch" / "silero_vad.jit"
    model = open_model(path, lambda _: None)
    sound = draws(1, 512) / 10
    feeds = fed(model, sound, np.array(16000))
    runner = model.start()
    (output,) = model.graph.outputs
    first, second = (runner.run(feeds, Control()).tensors[output] for _ in range(2))
    wanted = torch.jit.load(path)(torch.tensor(sound), 16000)
    np.testing.assert_allclose(first, wanted.detach(), rtol=1e-5)
    np.testing.assert_array_equal(first, second)
    wrong = runner.run(fed(model, draws(1, 300), np.array(16000)), Control())
    assert wrong.failure is not None
    assert "chunk is too short" in wrong.failure.message


def test_the_sums_behind_its_numbers(tmp_path: Path) -> None:
    """Every kind that is told is the arithmetic that was done."""
    draw = np.random.default_rng(1)
    unexplained: set[str] = set()
    words = seeded(Words), (torch.arange(6)[None], torch.rand(1, 6))
    for model in (open_model(program(tmp_path), lambda _: None), live(*words)):
        capture = run(
            model,
            fed(model, *(one.numpy() for one in words[1]))
            if len(model.graph.inputs) == 2
            else None,
        )

        def array_of(number: int, model: Any = model, capture: Any = capture) -> Array | None:
            stored = model.graph.values[number].what in ("weight", "constant")
            return model.weight(number) if stored else capture.tensors.get(number)

        for node in model.graph.nodes:
            output = capture.tensors[node.writes[0]]
            for _ in range(6):
                index = tuple(int(draw.integers(length)) for length in output.shape)
                told = explain(model.graph, node.writes[0], index, output, array_of)
                if told.verdict is None:
                    unexplained.add(node.op)
                else:
                    assert told.verdict != "differs", (node.name, told.computed, told.captured)
    assert unexplained <= {"scaled_dot_product_attention", "select", "expand"}


def test_receptive_fields_go_through_modules(tmp_path: Path) -> None:
    model = open_model(program(tmp_path), lambda _: None)
    capture = run(model)
    asked = Fields(model.graph, capture.tensors.get)
    (found,) = asked.of(model.graph.node_named["stem"].writes[0], (0, 2, 3, 5))
    assert found.box == ((0, 1), (0, 3), (5, 8), (10, 13))


def test_what_goes_in_is_guessed_from_the_first_layer_or_asked_for() -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU())
    model = live(net)
    assert model.graph.values[model.graph.inputs[0]].shape == ("batch", 1, "height", "width")
    assert any("1x1x224x224, guessed" in note for note in model.graph.notes)
    model = live(net, shapes={"input": (1, 1, 9, 9)})
    assert not model.graph.notes
    with pytest.raises(InputError, match=r"what goes into Words \(ids, weight\).*--shape ids="):
        live(seeded(Words))
    with pytest.raises(InputError, match=r"'image2', which is no argument of Residual.forward"):
        live(seeded(Residual), shapes={"image2": (1, 3, 8, 8)})


def test_a_module_that_fails_is_told_in_its_own_words() -> None:
    with pytest.raises(UnsupportedModel, match=r"could neither be exported .* nor run"):
        live(seeded(Residual), torch.ones(1, 5, 8, 8))
    with pytest.raises(UnknownFormat, match="a file's path or a network was wanted; got a list"):
        open_object([1], None, lambda _: None, Options())


def test_the_python_face_of_a_live_module() -> None:
    module = seeded(Residual)
    with cutaway.open(module, example=torch.rand(1, 3, 33, 40)) as model:
        trace = model.run(draws(1, 3, 33, 40))
        np.testing.assert_array_equal(model.weights["stem.weight"], module.stem.weight.detach())
        assert (
            trace["blocks/0/relu_" if "blocks/0/relu_" in trace.names() else "blocks/0/act"].min()
            >= 0
        )
        assert trace.explain("stem", (0, 1, 2, 3))["verdict"] in ("equal", "rounding")
        # What is trained later is what the next run computes with.
        with torch.no_grad():
            module.stem.bias += 1
        again = model.run(draws(1, 3, 33, 40))
        np.testing.assert_allclose(again["stem"], trace["stem"] + 1, atol=1e-5)
    with pytest.raises(cutaway.CutawayError, match="no longer open"):
        model.run()


def test_a_missing_package_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = program(tmp_path)
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "torch" else real(name, *a)
    )
    with pytest.raises(MissingPackage, match=r"pip install 'cutaway\[torch\]'"):
        open_model(path, lambda _: None)


def test_a_run_can_be_stopped_between_operators() -> None:
    case_model = live(nn.Sequential(*(nn.Linear(600, 600) for _ in range(30))))
    runner = case_model.start()
    control = Control(lambda done, _: control.cancel() if done == 3 else None)
    with pytest.raises(cutaway.errors.Cancelled):
        runner.run(random_feeds(case_model), control)
    runner.close()
    with pytest.raises(RunError, match="closed"):
        runner.run({}, Control())


def test_importing_cutaway_imports_no_torch() -> None:
    code = "import cutaway.worker, cutaway.loaders, sys; cutaway.loaders.registry.loaders(); "
    code += "sys.exit('torch' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_captured_is_plain(tmp_path: Path) -> None:
    """Keeping everything changes nothing, and a kept tensor is not written to afterwards."""
    case = opened(program(tmp_path))
    exported = torch.export.load(tmp_path / "residual.pt2").module()
    with torch.no_grad():
        wanted = exported(torch.tensor(next(iter(case.feeds.values()))))
    np.testing.assert_array_equal(case.capture.tensors[case.model.graph.outputs[0]], wanted)
    values = {value.name: value.id for value in case.model.graph.values}
    before = case.capture.tensors[values["blocks/0/add"]]
    assert before.min() < 0  # ReLU works in place on this very tensor
