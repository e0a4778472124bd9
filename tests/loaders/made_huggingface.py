"""Small networks of Transformers with random weights, each saved into a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import transformers
from loaders.made import Maker


def _bert() -> Any:
    return transformers.BertForSequenceClassification(
        transformers.BertConfig(
            vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            intermediate_size=64, max_position_embeddings=40,
            id2label={0: "sad", 1: "calm", 2: "glad"}, label2id={"sad": 0, "calm": 1, "glad": 2},
        )
    )  # fmt: skip


def _gpt2() -> Any:
    return transformers.GPT2LMHeadModel(
        transformers.GPT2Config(
            vocab_size=60, n_embd=32, n_layer=2, n_head=4, n_positions=64, bos_token_id=1,
            eos_token_id=2,
        )
    )  # fmt: skip


def _llama() -> Any:
    return transformers.LlamaForCausalLM(
        transformers.LlamaConfig(
            vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, intermediate_size=64, max_position_embeddings=64,
        )
    )  # fmt: skip


def _vit() -> Any:
    return transformers.ViTForImageClassification(
        transformers.ViTConfig(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
            image_size=32, patch_size=8,
        )
    )  # fmt: skip


def _t5() -> Any:
    return transformers.T5ForConditionalGeneration(
        transformers.T5Config(
            vocab_size=60, d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
            decoder_start_token_id=0,
        )
    )  # fmt: skip


def _bart() -> Any:
    return transformers.BartForConditionalGeneration(
        transformers.BartConfig(
            vocab_size=60, d_model=32, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
            decoder_ffn_dim=64, max_position_embeddings=40,
        )
    )  # fmt: skip


def _whisper() -> Any:
    return transformers.WhisperForConditionalGeneration(
        transformers.WhisperConfig(
            vocab_size=60, d_model=32, encoder_layers=1, decoder_layers=1,
            encoder_attention_heads=4, decoder_attention_heads=4, encoder_ffn_dim=64,
            decoder_ffn_dim=64, num_mel_bins=16, max_source_positions=30, max_target_positions=20,
            pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1,
        )
    )  # fmt: skip


def _clip() -> Any:
    inner = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 4}
    inner |= {"intermediate_size": 64}
    return transformers.CLIPModel(
        transformers.CLIPConfig(
            text_config={**inner, "vocab_size": 60, "max_position_embeddings": 20},
            vision_config={**inner, "image_size": 32, "patch_size": 8},
            projection_dim=16,
        )
    )


def _resnet() -> Any:
    return transformers.ResNetForImageClassification(
        transformers.ResNetConfig(
            embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic"
        )
    )


NETWORKS: dict[str, Callable[[], Any]] = {
    "bert": _bert, "gpt2": _gpt2, "llama": _llama, "vit": _vit, "t5": _t5, "bart": _bart,
    "whisper": _whisper, "clip": _clip, "resnet": _resnet,
}  # fmt: skip

PICTURES = {"image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.4], "do_rescale": True,
            "rescale_factor": 1 / 255, "do_normalize": True}  # fmt: skip


def network(name: str, seed: int = 0) -> Any:
    """A network with random weights that differ enough for attention to be uneven."""
    torch.manual_seed(seed)
    made = NETWORKS[name]()
    with torch.no_grad():
        for parameter in made.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0, 0.2)
    return made.eval()


def saved(folder: Path, name: str, **how: Any) -> Path:
    """A network's folder; ``how`` is what ``save_pretrained`` takes."""
    place = folder / name
    network(name).save_pretrained(place, **how)
    if name == "vit":
        (place / "preprocessor_config.json").write_text(json.dumps(PICTURES))
    return place


def pickled(folder: Path, name: str, state: Any = None) -> Path:
    """The same with ``pytorch_model.bin``."""
    place = saved(folder, name)
    (place / "model.safetensors").unlink()
    torch.save(network(name).state_dict() if state is None else state, place / "pytorch_model.bin")
    return place


HUGGINGFACE: dict[str, Maker] = {
    "huggingface classifier": lambda folder: saved(folder, "bert"),
    "huggingface pictures": lambda folder: saved(folder, "vit"),
}
