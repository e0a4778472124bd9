"""Live frames: equal to plain runs bit for bit, dropped rather than queued, the newest kept."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from safetensors.numpy import load

from cutaway import demo
from cutaway.errors import Cancelled, InputError, UnknownKey
from cutaway.session.answer import Answer
from cutaway.worker import RemoteSession

Bytes = npt.NDArray[np.uint8]

PICTURE = {"width": 28, "height": 28, "channels": 1}


@pytest.fixture(scope="module")
def held() -> Iterator[RemoteSession]:
    session = RemoteSession(demo.model(prefer_keras=False))
    yield session
    session.close()


def drawing(seed: int = 0) -> Bytes:
    """A picture of blots, as a pad may hold one."""
    ink = np.zeros((28, 28), np.uint8)
    random = np.random.default_rng(seed)
    for _ in range(5):
        y, x = random.integers(2, 20, 2)
        ink[y : y + 7, x : x + 6] = random.integers(60, 255)
    return ink


def parts(answer: Answer) -> tuple[dict[str, Any], list[bytes], dict[str, float]]:
    """The TraceDoc of a live answer, the bodies after it, and where the time went."""
    body = bytes(answer.body)
    (length,) = struct.unpack("<Q", body[:8])
    header = json.loads(body[8 : 8 + length])
    told = header.pop("__metadata__")
    bodies = [
        body[8 + length + header[str(i)]["data_offsets"][0] :][
            : header[str(i)]["data_offsets"][1] - header[str(i)]["data_offsets"][0]
        ]
        for i in range(len(header))
    ]
    return json.loads(bodies[0]), bodies[1:], json.loads(told["live"])


def array(session: RemoteSession, trace: int, value: int) -> npt.NDArray[Any]:
    body = session.get(f"/t/{trace}/{value}/array.npy").result(30).body
    return np.load(io.BytesIO(bytes(body)))


def alike(one: bytes, other: bytes) -> None:
    """Two blobs hold the same; the order of their metadata is safetensors' own."""
    ours, theirs = load(one), load(other)
    assert ours.keys() == theirs.keys()
    for name, held in ours.items():
        np.testing.assert_array_equal(held, theirs[name])
    assert len(one) == len(other)


def test_a_live_run_is_a_plain_run_bit_for_bit(held: RemoteSession, tmp_path: Path) -> None:
    ink = drawing(3)
    Image.fromarray(ink).save(tmp_path / "ink.png")
    plain = held.run({"input": {"path": str(tmp_path / "ink.png"), "name": "ink.png"}})
    told = held.get(f"/t/{plain}/info").result(60).json()
    want = [f"{value}/overview/64" for value in told["kept"]]
    trace, answer = held.live({**PICTURE, "want": want}, ink.tobytes())
    doc, pictures, spent = parts(answer.result(60))
    assert (doc["id"], doc["state"], doc["kept"]) == (trace, "done", told["kept"])
    for value in told["kept"]:
        np.testing.assert_array_equal(array(held, plain, value), array(held, trace, value))
    for key in ("answer", "preparation", "stages"):
        assert doc[key] == told[key], key
    # The pictures are those that the trace's keys give, before and after.
    for tail, picture in zip(want, pictures, strict=True):
        for number in (trace, plain):
            alike(picture, bytes(held.get(f"/t/{number}/{tail}").result(30).body))
    assert set(spent) == {"prepare", "run", "pictures"}


def test_colours_and_opaque_alpha_are_read(held: RemoteSession) -> None:
    """RGB and RGBA give what Pillow's gray gives of the same picture."""
    rgb = np.random.default_rng(1).integers(0, 256, (40, 52, 3), np.uint8)
    rgba = np.concatenate([rgb, np.full((40, 52, 1), 255, np.uint8)], axis=2)
    sizes = {"width": 52, "height": 40}
    found = []
    for channels, pixels in ((3, rgb), (4, rgba)):
        trace, answer = held.live({**sizes, "channels": channels, "want": []}, pixels.tobytes())
        doc, _, _ = parts(answer.result(60))
        assert (doc["input"]["width"], doc["input"]["height"]) == (52, 40)
        found.append(array(held, trace, 0))
    np.testing.assert_array_equal(*found)


def test_frames_are_dropped_and_never_queued(held: RemoteSession) -> None:
    """While one is run the newest waits; those between are told that they were dropped."""
    frames = [held.live({**PICTURE, "want": []}, drawing(i).tobytes()) for i in range(30)]
    outcomes = [answer.exception(60) for _, answer in frames]
    dropped = [one for one in outcomes if one is not None]
    assert all(isinstance(one, Cancelled) for one in dropped)
    assert len(dropped) >= 5
    assert outcomes[-1] is None
    last, _ = frames[-1]
    np.testing.assert_allclose(
        array(held, last, 0).reshape(28, 28), drawing(29).astype(np.float32) / 255, rtol=1e-6
    )
    # A dropped frame is no trace.
    lost = next(trace for (trace, _), one in zip(frames, outcomes, strict=True) if one)
    with pytest.raises(UnknownKey):
        held.get(f"/t/{lost}/info").result(30)


def test_live_runs_go_and_the_users_own_stay() -> None:
    from cutaway.session.ring import MOST

    session = RemoteSession(demo.model(prefer_keras=False))
    try:
        own = session.run({"input": {"path": str(demo.sample(0).path), "name": "own"}})
        session.get(f"/t/{own}/info").result(60)
        traces = []
        for i in range(MOST + 10):
            trace, answer = session.live({**PICTURE, "want": []}, drawing(i).tobytes())
            answer.result(60)
            traces.append(trace)
        for trace in traces[-MOST:]:
            assert session.get(f"/t/{trace}/info").result(30).json()["id"] == trace
        with pytest.raises(UnknownKey, match="no longer kept"):
            session.get(f"/t/{traces[0]}/info").result(30)
        # What the user ran is there, and so is a live run that was kept.
        assert session.get(f"/t/{own}/info").result(30).json()["state"] == "done"
        session.command("keep", {"trace": traces[-1]}).result(30)
        for i in range(MOST + 1):
            session.live({**PICTURE, "want": []}, drawing(i).tobytes())[1].result(60)
        assert session.get(f"/t/{traces[-1]}/info").result(30).json()["state"] == "done"
        # Its cells and sums are those of any run.
        value = session.get(f"/t/{traces[-1]}/info").result(30).json()["kept"][3]
        assert session.get(f"/t/{traces[-1]}/{value}/sum/5").result(30).json()["terms"]
    finally:
        session.close()


def test_a_preparation_of_one_frame_and_a_file_as_its_input(held: RemoteSession) -> None:
    """What sliders do: the same file under other steps, without a run of the user's own."""
    told = {"path": str(demo.sample(2).path), "name": "sample"}
    trace, answer = held.live({"input": told, "want": []})
    doc, _, _ = parts(answer.result(60))
    steps = [one for one in doc["preparation"] if one["step"] != "range"]
    dark = {"step": "range", "low": 0.0, "high": 0.5, "guessed": False, "why": ""}
    changed = [*steps[:3], dark, *steps[3:]]
    other, answer = held.live({"input": told, "preparation": changed, "want": []})
    answer.result(60)
    np.testing.assert_allclose(array(held, other, 0), array(held, trace, 0) / 2, rtol=1e-5)


def test_what_does_not_fit_is_told(held: RemoteSession) -> None:
    _, short = held.live({**PICTURE, "want": []}, b"123")
    doc, _, _ = parts(short.result(60))
    assert doc["state"] == "failed"
    assert "784 bytes; 3 came" in doc["message"]
    _, sound = held.live({"want": []}, np.zeros(100, np.float32).tobytes())
    assert "100 samples came" in parts(sound.result(60))[0]["message"]
    # A picture that is not there is a problem of its own; the rest comes.
    _, answer = held.live({**PICTURE, "want": ["0/overview/64", "9999/overview/64"]},
                          drawing().tobytes())  # fmt: skip
    doc, (first, second), _ = parts(answer.result(60))
    assert doc["state"] == "done"
    assert len(first) > 1000
    assert "message" in json.loads(second)


def test_the_plan_tells_what_is_taken(held: RemoteSession) -> None:
    plan = held.command("live-plan", {}).result(60).json()
    assert (plan["kind"], plan["width"], plan["height"], plan["channels"]) == ("picture", 28, 28, 1)
    assert plan["inverted"] is False


@pytest.mark.data
@pytest.mark.parametrize(
    ("file", "samples", "rate"),
    [("onnx/silero_vad.onnx", 512, 16000), ("onnx/basic_pitch.onnx", 43844, 22050)],
)
def test_windows_of_sound(file: str, samples: int, rate: int, data: Path) -> None:
    session = RemoteSession(data / "models" / file)
    try:
        plan = session.command("live-plan", {}).result(120).json()
        assert (plan["kind"], plan["samples"], plan["rate"]) == ("sound", samples, rate)
        tone = np.sin(np.arange(samples) / 7).astype(np.float32)
        trace, answer = session.live({"want": [f"{plan['value']}/overview/64"]}, tone.tobytes())
        doc, pictures, _ = parts(answer.result(120))
        assert doc["state"] == "done", doc["message"]
        np.testing.assert_array_equal(array(session, trace, plan["value"]).reshape(-1), tone)
        assert len(pictures) == 1
        _, wrong = session.live({"want": []}, tone[:-1].tobytes())
        assert "send as many" in parts(wrong.result(60))[0]["message"]
    finally:
        session.close()


@pytest.mark.data
def test_a_state_goes_from_frame_to_frame_of_one_stream(data: Path) -> None:
    """Two frames of Silero's are the two steps by hand; another stream begins with zeros."""
    import onnxruntime

    path = data / "models" / "onnx" / "silero_vad.onnx"
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    engine = onnxruntime.InferenceSession(str(path), options)
    sounds = np.random.default_rng(5).normal(0, 0.1, (3, 1, 512)).astype(np.float32)
    wanted, state = [], np.zeros((2, 1, 128), np.float32)
    for sound in sounds:
        fed = {"input": sound, "state": state, "sr": np.array(16_000)}
        heard, state = engine.run(["output", "stateN"], fed)
        wanted.append((heard, state))
    session = RemoteSession(path)
    try:
        graph = session.get(f"/m/{session.id}/graph").result(120).json()
        ids = {one["name"]: one["id"] for one in graph["values"]}

        def heard(sound: npt.NDArray[np.float32], **more: Any) -> tuple[int, dict[str, Any]]:
            trace, answer = session.live({"want": [], **more}, sound.tobytes())
            doc, _, _ = parts(answer.result(120))
            assert doc["state"] == "done", doc["message"]
            return trace, doc

        def equals(trace: int, step: int) -> bool:
            ours = [array(session, trace, ids[name]) for name in ("output", "stateN")]
            pairs = zip(ours, wanted[step], strict=True)
            return all(np.allclose(one, other, rtol=1e-5, atol=1e-6) for one, other in pairs)

        before = np.zeros((2, 1, 128), np.float32)
        for step, sound in enumerate(sounds):
            trace, doc = heard(sound, stream="a")
            assert equals(trace, step)
            np.testing.assert_array_equal(array(session, trace, ids["state"]), before)
            before = array(session, trace, ids["stateN"])
        given = {one["name"]: one["given"] for one in doc["inputs"]}
        assert given["state"] == "what the frame before left"
        # It starts anew, is sought, or was never one stream: zeros.
        for more in ({"stream": "b"}, {"stream": "a"}, {}, {}):
            trace, doc = heard(sounds[0], **more)
            assert equals(trace, 0), more
            assert {one["name"]: one["given"] for one in doc["inputs"]}["state"] != given["state"]
        # What the user gives is what is fed.
        heard(sounds[0], stream="c")
        trace, _ = heard(sounds[1], stream="c", given={"state": {"number": 0}})
        assert not np.any(array(session, trace, ids["state"]))
        # A frame that fails leaves nothing.
        session.live({"want": [], "stream": "c"}, b"1234")[1].result(60)
        trace, _ = heard(sounds[0], stream="c")
        assert equals(trace, 0)
    finally:
        session.close()


def test_an_error_of_the_page_is_an_input_error() -> None:
    from cutaway.session.live_sources import source_of

    with pytest.raises(InputError, match="1, 3 or 4 bytes a pixel"):
        source_of(None, {"width": 5, "height": 5, "channels": 2}, b"")  # type: ignore[arg-type]
