"""Outputs of any shape, name and content are read as something, and nothing fails."""

import json
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from outputs.seen import SIZE, output, seen

from cutaway import inputs
from cutaway.outputs import recognition
from cutaway.session.reading.context import Context
from cutaway.session.reading.readings import READERS, Readings

NAMES = (
    "boxes", "scores", "labels", "num", "cls_8", "obj_8", "bbox_8", "kps_8", "output0", "logits",
    "pred_boxes", "hm", "wh", "reg", "mask", "depth", "flow", "heatmap", "embedding", "audio",
    "age", "tokens", "landmarks", "x",
)  # fmt: skip
SHAPES = (
    (1,), (7,), (1, 1), (1, 2), (1, 10), (1, 17, 3), (1, 1, 17, 3), (1, 136), (1, 512), (1, 5000),
    (5, 4), (5,), (3, 6), (3, 7), (1, 3, 6), (1, 1, 3, 7), (1, 30, 4), (1, 30, 3), (1, 30, 1),
    (1, 96, 1), (1, 96, 4), (1, 96, 10), (1, 126, 9), (1, 378, 9), (1, 9, 126), (1, 56, 126),
    (1, 24, 8, 12), (1, 24, 4, 6), (1, 24, 2, 3), (1, 2, 64, 96), (1, 64, 96, 5), (1, 1, 64, 96),
    (1, 64, 96), (1, 3, 64, 96), (1, 3, 128, 192), (1, 17, 16, 24), (1, 4, 300), (0, 4), (1, 0, 4),
    (2, 3, 64, 96), (1, 32, 16, 24), (100, 6), (1, 300, 6), (),
)  # fmt: skip
KINDS = (None, "Softmax", "Sigmoid", "Tanh", "ArgMax", "Conv", "Exp", "LogSoftmax")
ORDINARY = ("float32", "float16", "float64", "int64", "uint8", "bool")


@st.composite
def networks(draw):
    made = []
    for value in range(draw(st.integers(1, 5))):
        shape = draw(st.sampled_from(SHAPES))
        rng = np.random.default_rng(draw(st.integers(0, 5)))
        scale = draw(st.sampled_from((0.0, 1.0, 90.0, 1e30)))
        array = rng.normal(size=shape) * scale if draw(st.booleans()) else rng.uniform(size=shape)
        odd = draw(st.sampled_from((None, np.nan, np.inf)))
        with np.errstate(all="ignore"):
            array = np.asarray(array).astype(draw(st.sampled_from(ORDINARY)))
        if odd is not None and array.size and array.dtype.kind == "f":
            array.reshape(-1)[:: draw(st.integers(1, 5))] = odd
        name, kind = draw(st.sampled_from(NAMES)), draw(st.sampled_from(KINDS))
        made.append(output(value, name, array, kind))
    made = [one for one in made if one.array.size and one.array.ndim]
    size = draw(st.sampled_from((SIZE, None)))
    return seen(*made, size=size, text_in=draw(st.booleans()), fed=np.zeros((1, 3, *SIZE), "f4"))


@given(networks())
@settings(max_examples=400)
def test_any_outputs_are_read(picture):
    geometry = None if picture.size is None else inputs.Geometry(SIZE, SIZE)
    with np.errstate(all="ignore"):
        for guess in recognition.recognize(picture):
            READERS[guess.kind](Context(picture, geometry, None, None), guess.settings)
    held = Readings(lambda _labels, _item: Context(picture, geometry, None, None))
    documents = held.first(None, None)
    values = [value for one in documents for value in one.values]
    assert sorted(values) == sorted(one.value for one in picture.outputs)
    for one in documents:
        assert "could not be read" not in one.why or "prior boxes" in one.why or "places" in one.why
        json.loads(bytes(held.answer([str(one.id)], {}).body))
        if one.kind in ("masks", "depth", "flow", "picture"):
            assert bytes(held.answer([str(one.id), "picture.png"], {}).body[:4]) == b"\x89PNG"
            held.answer([str(one.id), "at"], {"x": "3", "y": "4"})
        if one.kind == "sound":
            held.answer([str(one.id), "spectrogram.png"], {})


def test_a_huge_output_is_judged_in_no_time():
    many = seen(output(1, "x", np.zeros((1, 3000, 3000), np.float32)), size=None)
    begun = time.process_time()
    recognition.recognize(many)
    assert time.process_time() - begun < 0.5
