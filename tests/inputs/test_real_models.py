"""Real models take what is made for them: photos, and inputs made here."""

import numpy as np
import onnxruntime
import pytest

from cutaway import inputs
from cutaway.errors import InputError

TYPES = {"tensor(float)": "float32", "tensor(int64)": "int64"}


def opened(path):
    """A session and its inputs as targets."""
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    targets = [
        inputs.Target(
            one.name,
            tuple(length if isinstance(length, int | str) else None for length in one.shape),
            TYPES[one.type],
        )
        for one in session.get_inputs()
    ]
    return session, targets


@pytest.mark.data
@pytest.mark.parametrize(
    "name",
    [
        "basic_pitch", "dtln_1", "face_rfb_320", "mnist", "silero_vad", "super_resolution",
        "xgboost_trees", "yunet_dynamic",
    ],
)  # fmt: skip
def test_made_up_inputs_run(data, name):
    session, (main, *others) = opened(data / "models" / "onnx" / f"{name}.onnx")
    feeds = {one.name: inputs.default_for(one) for one in others}
    array, said = inputs.synthetic(main)
    assert said.startswith("synthetic: ")
    found = session.run(None, {main.name: array, **feeds})
    assert all(np.isfinite(one).all() for one in found)


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("face_rfb_320", (1, 3, 240, 320)),
        ("mnist", (1, 1, 28, 28)),
        ("super_resolution", (1, 1, 224, 224)),
        ("yunet_dynamic", (1, 3, 288, 448)),
    ],
)
def test_photos_run(data, name, shape):
    session, (main,) = opened(data / "models" / "onnx" / f"{name}.onnx")
    source = inputs.load(data / "photos" / "chelsea.png", "chelsea.png")
    steps = inputs.guess(main, source)
    prepared = inputs.prepare(source, steps, main)
    assert prepared.array.shape == shape
    assert {"range"} <= {step["step"] for step in steps if step["guessed"]}
    assert session.run(None, {main.name: prepared.array})


@pytest.mark.data
@pytest.mark.parametrize("name", ["basic_pitch", "silero_vad", "xgboost_trees"])
def test_models_that_take_no_picture_say_so(data, name):
    _, (main, *_) = opened(data / "models" / "onnx" / f"{name}.onnx")
    source = inputs.load(data / "photos" / "chelsea.png", "chelsea.png")
    with pytest.raises(InputError, match="holds no picture"):
        inputs.guess(main, source)
