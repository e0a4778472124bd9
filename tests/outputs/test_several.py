"""Raw numbers of which several may hold: what says so, and what is said where nothing does."""

from dataclasses import replace

import numpy as np
import pytest
from outputs.seen import output, seen

from cutaway.outputs.recognition import recognize

LOGITS = np.linspace(-3, 2, 6, dtype=np.float32)[None]
CHEST = ("Atelectasis", "Cardiomegaly", "Effusion", "Mass", "Nodule", "Pneumonia")


def read(array=LOGITS, name="logits", kind="Gemm", file="", **more):
    end = output(1, name, array, kind)
    picture = replace(seen(end, size=None, channels=None, **more), name=file)
    (guess,) = recognize(picture)
    assert guess.kind == "classes"
    return guess


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"words": "net.onnx problem_type multi_label_classification"}, "the file says"),
        ({"words": "net.keras loss binary_crossentropy"}, "judges each class"),
        ({"words": "net.keras loss BinaryFocalCrossentropy"}, "judges each class"),
        ({"file": "scenes_multilabel.onnx"}, "names say so"),
        ({"file": "wd14-tagger.onnx"}, "names say so"),
        ({"name": "tags"}, "names say so"),
        ({"labels": CHEST}, "chest X-rays"),
        ({"array": np.zeros((1, 527), np.float32), "words": "cnn14_audioset"}, "hear events"),
    ],
)
def test_a_sign_gives_each_class_a_sigmoid(more, words):
    guess = read(**more)
    assert (guess.settings["activation"], guess.settings["several"]) == ("sigmoid", True)
    assert words in guess.why


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"words": "net.keras loss categorical_crossentropy"},
        {"words": "net.keras loss sparse_categorical_crossentropy"},
        {"words": "a multilingual net description tags of people stages"},
        {"file": "stage2_multihead.onnx"},
        {"labels": ("speech", "noise", "rain", "wind", "horn", "bird")},
    ],
)
def test_without_a_sign_one_class_holds_and_the_correction_is_named(more):
    guess = read(**more)
    assert (guess.settings["activation"], guess.settings["several"]) == ("auto", False)
    assert "choose the activation 'sigmoid'" in guess.why


def test_scores_of_the_network_itself_are_taken_as_they_are():
    shares = np.exp(LOGITS) / np.exp(LOGITS).sum()
    for kind in ("Softmax", "Gemm"):
        guess = read(shares, kind=kind, words="net loss binary_crossentropy")
        assert (guess.settings["activation"], guess.settings["several"]) == ("auto", False)
        assert "raw" not in guess.why
