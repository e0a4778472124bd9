"""Hugging Face folders: opened from disk alone, run as Transformers runs them, or refused."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from loaders.made_huggingface import PICTURES, network, pickled, saved
from loaders.opened import Opened, opened

from cutaway.errors import (
    BrokenFile,
    InputError,
    MissingPackage,
    ModelError,
    RefusedFile,
    UnknownFormat,
    UnsupportedModel,
)
from cutaway.loaders import Model, find, open_model
from cutaway.settings import Options
from cutaway.trace import Control


def told(path: Path, kind: type[Exception], **options: Any) -> str:
    with pytest.raises(kind) as error:
        open_model(path, lambda _: None, Options(**options))
    return str(error.value)


def changed(folder: Path, **entries: Any) -> Path:
    """The folder with other entries in its configuration."""
    config = folder / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), **entries}))
    return folder


def theirs(name: str, case: Opened) -> Any:
    """What Transformers itself answers for what a case was fed."""
    values = case.model.graph.values
    fed = {values[value].name: torch.tensor(array) for value, array in case.feeds.items()}
    with torch.no_grad():
        return network(name)(**fed)


def by_name(case: Opened, name: str) -> np.ndarray:
    return case.capture.tensors[case.model.graph.value_named[name].id]


def attention(case: Opened) -> list[np.ndarray]:
    """The results of all Softmax operators."""
    graph = case.model.graph
    return [case.capture.tensors[node.writes[0]] for node in graph.nodes if node.kind == "Softmax"]


SHOWN = {
    "bert": (("input_ids", "attention_mask"), 2, "bert/encoder/layer/1/attention/self"),
    "gpt2": (("input_ids", "attention_mask"), 2, "transformer/h/1/attn"),
    "llama": (("input_ids", "attention_mask"), 2, "model/layers/1/self_attn"),
    "vit": (("pixel_values",), 2, "vit/layers/1/attention"),
    "t5": (("input_ids", "attention_mask", "decoder_input_ids"), 6, "decoder/block/1/layer/1"),
    "bart": (("input_ids", "attention_mask", "decoder_input_ids"), 3, "model/decoder/layers/0"),
    "whisper": (("input_features", "decoder_input_ids"), 3, "model/decoder/layers/0/encoder_attn"),
}
"""Inputs, number of attentions, and a group, by network."""


@pytest.mark.parametrize("name", SHOWN)
def test_it_runs_as_transformers_runs_it(tmp_path: Path, name: str) -> None:
    inputs, count, group = SHOWN[name]
    case = opened(saved(tmp_path, name))
    graph = case.model.graph
    assert {graph.values[value].name for value in graph.inputs} == set(inputs)
    answer = theirs(name, case)
    logits = by_name(case, "logits")
    assert np.ptp(logits) > 0.1
    np.testing.assert_allclose(logits, answer.logits.numpy(), atol=1e-5)
    if "encoder_last_hidden_state" in answer:
        expected = answer.encoder_last_hidden_state.numpy()
        np.testing.assert_allclose(by_name(case, "encoder_last_hidden_state"), expected, atol=1e-5)
    found = attention(case)
    assert len(found) == count
    for array in found:
        assert array.ndim == 4
        np.testing.assert_allclose(array.sum(-1), 1, atol=1e-5)
    assert group in {one.name for one in graph.groups}


def test_attention_is_what_transformers_returns(tmp_path: Path) -> None:
    case = opened(saved(tmp_path, "gpt2"))
    values = case.model.graph.values
    fed = {values[value].name: torch.tensor(array) for value, array in case.feeds.items()}
    eager = network("gpt2")
    eager.set_attn_implementation("eager")
    with torch.no_grad():
        expected = eager(**fed, output_attentions=True).attentions
    for ours, one in zip(attention(case), expected, strict=True):
        np.testing.assert_allclose(ours, one.numpy(), atol=1e-6)


def test_other_lengths_can_be_fed(tmp_path: Path) -> None:
    case = opened(saved(tmp_path, "llama"))
    shape = (3, 11)
    feeds = {value: np.ones(shape, np.int64) for value in case.feeds}
    case.feeds, case.capture = feeds, case.runner.run(feeds, Control())
    answer = theirs("llama", case)
    np.testing.assert_allclose(by_name(case, "logits"), answer.logits.numpy(), atol=1e-5)


def test_networks_of_words_and_pictures_and_of_pictures_of_any_size(tmp_path: Path) -> None:
    clip = open_model(saved(tmp_path, "clip"), lambda _: None)
    names = {clip.graph.values[value].name for value in clip.graph.inputs}
    assert names == {"input_ids", "pixel_values", "attention_mask"}
    assert "logits_per_image" in clip.graph.value_named
    resnet = open_model(
        saved(tmp_path, "resnet"), lambda _: None, Options(shapes={"": (1, 3, 64, 48)})
    )
    assert resnet.graph.values[resnet.graph.inputs[0]].axes == "NCHW"


def test_every_way_of_keeping_weights_opens(tmp_path: Path) -> None:
    sharded = saved(tmp_path / "a", "gpt2", max_shard_size="40KB")
    assert len(list(sharded.glob("model-*.safetensors"))) > 1
    odd = saved(tmp_path / "b", "gpt2")
    (odd / "model.safetensors").rename(odd / "tiny.safetensors")
    old = pickled(tmp_path / "c", "gpt2")
    legacy = pickled(tmp_path / "d", "gpt2")
    state = network("gpt2").state_dict()
    torch.save(state, legacy / "pytorch_model.bin", _use_new_zipfile_serialization=False)
    parts = pickled(tmp_path / "e", "gpt2", dict(list(state.items())[:5]))
    (parts / "pytorch_model.bin").rename(parts / "pytorch_model-1.bin")
    torch.save(dict(list(state.items())[5:]), parts / "pytorch_model-2.bin")
    placed = {name: f"pytorch_model-{1 + (at >= 5)}.bin" for at, name in enumerate(state)}
    (parts / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": placed}))
    for folder in (sharded, odd, old, legacy, parts):
        case = opened(folder)
        expected = theirs("gpt2", case).logits.numpy()
        np.testing.assert_allclose(by_name(case, "logits"), expected, atol=1e-5)
        assert case.model.facts.bytes == sum(
            file.stat().st_size
            for file in folder.iterdir()
            if file.suffix in (".safetensors", ".bin")
        )


def test_the_numbers_stay_in_the_type_that_they_are_stored_in(tmp_path: Path) -> None:
    folder = tmp_path / "half"
    network("vit").to(torch.bfloat16).save_pretrained(folder)
    case = opened(folder)
    graph = case.model.graph
    assert graph.values[graph.inputs[0]].dtype == "bfloat16"
    assert by_name(case, "logits").dtype.name == "bfloat16"
    assert {value.dtype for value in graph.values if value.what == "weight"} == {"bfloat16"}


def test_facts_labels_and_hints(tmp_path: Path) -> None:
    bert: Model = open_model(saved(tmp_path, "bert"), lambda _: None)
    assert bert.labels == ("sad", "calm", "glad")
    assert bert.hints == {}
    assert bert.facts.format == "Hugging Face"
    assert (bert.facts.producer or "").startswith("transformers ")
    assert bert.facts.metadata["architecture"] == "BertForSequenceClassification"
    assert bert.facts.metadata["model_type"] == "bert"
    assert bert.facts.parameters == sum(one.numel() for one in network("bert").parameters())
    tied = open_model(saved(tmp_path, "t5"), lambda _: None)
    assert tied.facts.parameters == sum(one.numel() for one in network("t5").parameters())
    vit = open_model(saved(tmp_path, "vit"), lambda _: None)
    assert vit.labels is None
    assert set(vit.hints["why"].values()) == {"preprocessor_config.json says so"}
    assert {name: said for name, said in vit.hints.items() if name != "why"} == {
        "colour": "rgb",
        "range": [0.0, 1.0],
        "mean": PICTURES["image_mean"],
        "std": PICTURES["image_std"],
    }


def test_a_configuration_without_architecture_gives_the_plain_network(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    network("bert").bert.save_pretrained(folder)
    config = json.loads((folder / "config.json").read_text())
    del config["architectures"]
    (folder / "config.json").write_text(json.dumps(config))
    case = opened(folder)
    values = case.model.graph.values
    assert [values[value].name for value in case.model.graph.outputs] == [
        "last_hidden_state",
        "pooler_output",
    ]


def test_shapes_are_the_users(tmp_path: Path) -> None:
    folder = saved(tmp_path, "bert")
    model = open_model(folder, lambda _: None, Options(shapes={"token_type_ids": (1, 16)}))
    assert "token_type_ids" in model.graph.value_named
    said = told(folder, InputError, shapes={"pixels": (1, 3)})
    assert "'pixels', which is no input of this network; it takes input_ids" in said


MARKING = """
from pathlib import Path
Path({mark!r}).touch()
from transformers import BertConfig, BertForSequenceClassification

class OwnConfig(BertConfig):
    model_type = "own"

class OwnModel(BertForSequenceClassification):
    config_class = OwnConfig
"""
OWN = {"AutoConfig": "own.OwnConfig", "AutoModelForSequenceClassification": "own.OwnModel"}


def own(folder: Path, mark: Path) -> Path:
    place = saved(folder, "bert")
    (place / "own.py").write_text(MARKING.format(mark=str(mark)))
    return place


def test_code_in_the_folder_is_refused_and_not_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    named = changed(own(tmp_path / "a", mark), auto_map=OWN)
    assert "auto_map in config.json" in told(named, RefusedFile)
    inner = changed(own(tmp_path / "b", mark), text_config={"auto_map": OWN})
    assert "--trust" in told(inner, RefusedFile)
    unknown = changed(own(tmp_path / "c", mark), model_type="own")
    assert "is of the type 'own', which its own code defines" in told(unknown, RefusedFile)
    unknown = changed(own(tmp_path / "d", mark), architectures=["OwnModel"])
    assert "is a OwnModel, which its own code defines" in told(unknown, RefusedFile)
    beside = own(tmp_path / "e", mark)
    place = beside / "custom_generate"
    place.mkdir()
    (beside / "own.py").rename(place / "generate.py")
    assert open_model(beside, lambda _: None).graph.nodes  # nobody asks for that code
    assert not mark.exists()


def test_code_that_is_trusted_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    folder = changed(
        own(tmp_path / "a", mark), auto_map=OWN, model_type="own", architectures=["OwnModel"]
    )
    model = open_model(folder, lambda _: None, Options(trust=True))
    assert mark.exists()
    assert model.facts.metadata["architecture"] == "OwnModel"
    assert "bert/encoder/layer/1/attention/self" in {one.name for one in model.graph.groups}


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


def test_pickles_of_more_than_tensors_are_refused(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    state = {**network("gpt2").state_dict(), "bomb": Bomb(mark)}
    assert "mkdir" in told(pickled(tmp_path / "a", "gpt2", state), RefusedFile)
    legacy = pickled(tmp_path / "b", "gpt2")
    torch.save(state, legacy / "pytorch_model.bin", _use_new_zipfile_serialization=False)
    assert "pytorch_model.bin" in told(legacy, ModelError)
    assert not mark.exists()


def test_weights_outside_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = shutil.copy(saved(tmp_path / "a", "gpt2") / "model.safetensors", tmp_path / "w.bin")
    linked = saved(tmp_path / "b", "gpt2")
    (linked / "model.safetensors").unlink()
    (linked / "model.safetensors").symlink_to(outside)
    assert "leads out of the folder" in told(linked, RefusedFile)
    index = saved(tmp_path / "c", "gpt2")
    (index / "model.safetensors").unlink()
    for name in ("../w.safetensors", "w.bin", str(outside)):
        content = {"metadata": {}, "weight_map": {"lm_head.weight": name}}
        (index / "model.safetensors.index.json").write_text(json.dumps(content))
        assert "safetensors files beside it" in told(index, RefusedFile)


def test_the_links_of_the_cache_are_followed(tmp_path: Path) -> None:
    folder = saved(tmp_path / "models--me--gpt2" / "snapshots", "gpt2")
    blobs = tmp_path / "models--me--gpt2" / "blobs"
    blobs.mkdir()
    (folder / "model.safetensors").rename(blobs / "0123")
    (folder / "model.safetensors").symlink_to(blobs / "0123")
    assert open_model(folder, lambda _: None).graph.nodes


def test_weights_that_are_missing_or_do_not_fit(tmp_path: Path) -> None:
    bare = saved(tmp_path / "a", "gpt2")
    (bare / "model.safetensors").unlink()
    assert "Hugging Face folder without weights" in told(bare, UnknownFormat)
    sharded = saved(tmp_path / "b", "gpt2", max_shard_size="40KB")
    lost = sorted(sharded.glob("model-*"))[-1]
    lost.unlink()
    assert f"lacks {lost.name}; fetch it too" in told(sharded, BrokenFile)
    state = network("gpt2").state_dict()
    some = {name: one for name, one in state.items() if ".h.0." not in name}
    assert "lack 12 of the" in told(pickled(tmp_path / "c", "gpt2", some), BrokenFile)
    del state["transformer.ln_f.bias"]
    model = open_model(pickled(tmp_path / "d", "gpt2", state), lambda _: None)
    assert any("1 tensors are not in the files" in note for note in model.graph.notes)
    assert "gpt2 cannot be opened as a GPT2LMHeadModel" in told(
        changed(saved(tmp_path / "e", "gpt2"), n_embd=64), BrokenFile
    )
    huge = changed(saved(tmp_path / "f", "gpt2"), vocab_size=1 << 33)
    assert "describes a network of" in told(huge, BrokenFile)
    cut = saved(tmp_path / "g", "gpt2") / "model.safetensors"
    cut.write_bytes(cut.read_bytes()[:5000])
    assert "model.safetensors" in told(cut.parent, BrokenFile)
    (cut.parent / "model.safetensors").write_bytes(b"\xff" * 100)
    assert "no whole safetensors file" in told(cut.parent, BrokenFile)


def test_configurations_that_say_nothing_sensible(tmp_path: Path) -> None:
    folder = saved(tmp_path, "bert")
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config[:-40])
    assert "bert/config.json is damaged" in told(folder, BrokenFile)
    (folder / "config.json").write_text(json.dumps(["model_type"]))
    assert "a JSON object was wanted" in told(folder, BrokenFile)
    (folder / "config.json").write_text(config)
    cases: list[tuple[dict[str, Any], type[ModelError], str]] = [
        ({"model_type": "no-such"}, UnsupportedModel, "pip install --upgrade transformers"),
        ({"model_type": ["bert"]}, UnsupportedModel, "does not know"),
        ({"architectures": ["NoSuchModel"]}, UnsupportedModel, "is a NoSuchModel"),
        ({"architectures": ["pipeline"]}, UnsupportedModel, "is a pipeline"),
        ({"architectures": ["GPT2LMHeadModel"]}, BrokenFile, "which is another's"),
        ({"hidden_size": "wide"}, BrokenFile, "fetch"),
        ({"num_attention_heads": 7}, BrokenFile, "multiple"),
        ({"quantization_config": {"quant_method": "gptq"}}, UnsupportedModel, "quantized (gptq)"),
    ]
    for entries, kind, words in cases:
        assert words in told(changed(folder, **entries), kind), entries
        (folder / "config.json").write_text(config)
    (folder / "adapter_config.json").write_text("{}")
    assert "is an adapter to another model" in told(folder, UnsupportedModel)


def test_other_folders_are_left_to_others(tmp_path: Path) -> None:
    folder = saved(tmp_path, "bert")
    assert find(folder).name == "huggingface"
    (folder / "config.json").write_text('{"_class_name": "UNet2DModel"}')
    assert find(folder).name == "weights"
    (folder / "config.json").unlink()
    assert find(folder).name == "weights"


def test_without_transformers_the_pip_line_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *rest: None if name == "transformers" else own_find(name, *rest),
    )
    assert "pip install 'cutaway[transformers]'" in told(saved(tmp_path, "bert"), MissingPackage)


QUIET = """
import sys
from pathlib import Path
from cutaway.loaders import open_model
from cutaway.settings import Options
open_model(Path(sys.argv[1]), lambda _: None, Options(trust=True))
"""


def test_nothing_is_written_into_the_home_folder_and_nothing_printed(tmp_path: Path) -> None:
    folder = changed(
        own(tmp_path / "a", tmp_path / "mark"),
        auto_map=OWN, model_type="own", architectures=["OwnModel"],
    )  # fmt: skip
    home = tmp_path / "home"
    home.mkdir()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    told_all = subprocess.run(
        [sys.executable, "-c", QUIET, str(folder)],
        env={**kept, "HOME": str(home), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (tmp_path / "mark").exists()
    assert list(home.rglob("*")) == []
    assert not list(tmp_path.glob("cutaway-*"))
    assert (told_all.stdout, told_all.stderr) == ("", "")
