"""Words to tokens: by a tokenizer made here, for inputs of every name."""

import builtins
import sys

import numpy as np
import pytest
import tokenizers
from tokenizers import models, pre_tokenizers, processors

from cutaway import inputs
from cutaway.errors import InputError

KNOWN = ["[PAD]", "[CLS]", "[SEP]", "[UNK]", "a", "grey", "shoe", "and", "bag"]


def tokenizer(folder):
    """Whole words, [CLS] before and [SEP] after them; saved as Hugging Face does."""
    made = tokenizers.Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(KNOWN)}, unk_token="[UNK]")
    )
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    made.enable_truncation(8)
    path = folder / "tokenizer.json"
    made.save(str(path))
    return path


def fed(text, path, shape=("batch", "length"), dtype="int64", **hints):
    target = inputs.Target("input_ids", shape, dtype, hints=hints)
    source = inputs.words(text, "words")
    steps = inputs.guess_words(target, source, path)
    return inputs.tokenized(source, steps, path, target), steps


def test_words_are_their_tokens_numbers(tmp_path):
    found, steps = fed("a grey shoe", tokenizer(tmp_path))
    assert found.arrays["ids"].tolist() == [[1, 4, 5, 6, 2]]
    assert found.arrays["mask"].tolist() == [[1, 1, 1, 1, 1]]
    assert found.arrays["types"].tolist() == [[0, 0, 0, 0, 0]]
    assert found.tokens == ("[CLS]", "a", "grey", "shoe", "[SEP]")
    assert [one["step"] for one in steps] == ["decode", "tokenize", "length", "dtype"]
    assert len(found.stages) == len(steps)


def test_a_fixed_length_is_filled_up_and_the_mask_says_so(tmp_path):
    found, steps = fed("a bag", tokenizer(tmp_path), (1, 6), "int32")
    assert found.arrays["ids"].tolist() == [[1, 4, 8, 2, 0, 0]]
    assert found.arrays["ids"].dtype == np.int32
    assert found.arrays["mask"].tolist() == [[1, 1, 1, 1, 0, 0]]
    assert found.tokens[-1] == "[PAD]"
    assert not steps[2]["guessed"]


def test_what_is_too_long_is_cut_visibly(tmp_path):
    found, steps = fed("a bag and a shoe and a grey bag", tokenizer(tmp_path))
    assert found.arrays["ids"].shape == (1, 8)
    assert steps[2]["why"].startswith("the first 8")
    path = tmp_path / "tokenizer.json"
    changed = [{**one, "cut": "start"} if one["step"] == "length" else one for one in steps]
    target = inputs.Target("input_ids", ("batch", "length"), "int64")
    source = inputs.words("a bag and a shoe and a grey bag", "words")
    end = inputs.tokenized(source, changed, path, target)
    assert end.tokens[-2:] == ("bag", "[SEP]")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("input_ids", "ids"), ("model/input_word_ids:0", "ids"), ("attention_mask", "mask"),
        ("token_type_ids", "types"), ("segment_ids", "types"), ("decoder_input_ids", None),
        ("position_ids", None), ("pixel_values", None), ("tokens", "ids"), ("input_mask", "mask"),
    ],
)  # fmt: skip
def test_inputs_by_name(name, role):
    assert inputs.role_of(name) == role


def test_a_tokenizer_of_another_model_is_told(tmp_path):
    with pytest.raises(InputError, match=r"the model knows 6 tokens, .* makes number 8 of 'bag'"):
        fed("a bag", tokenizer(tmp_path), rows=6)


def test_no_tokenizer_and_no_words(tmp_path):
    (tmp_path / "tokenizer.json").write_text('{"version": "1.0"}')
    with pytest.raises(InputError, match="wanted a tokenizer"):
        fed("a", tmp_path / "tokenizer.json")
    with pytest.raises(InputError, match="check the path"):
        fed("a", tmp_path / "none.json")
    with pytest.raises(InputError, match="wanted words"):
        inputs.words("  \n", "words")


def test_without_the_extra_it_is_named(tmp_path, monkeypatch):
    path = tokenizer(tmp_path)
    real = builtins.__import__

    def without(name, *rest):
        if name == "tokenizers":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.delitem(sys.modules, "tokenizers")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'cutaway\[text\]'"):
        fed("a", path)
