"""Sounds into a model's input: steps, guesses with reasons, and the real models of speech."""

import numpy as np
import onnxruntime
import pytest
from inputs.made import tone, wav

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.inputs.hearing import loudest
from cutaway.inputs.resampling import resampled


def heard(samples, rate=16_000):
    return inputs.load(wav(samples, rate), "a.wav")


def by_name(steps):
    return {one["step"]: one for one in steps}


def test_resampling_keeps_a_tone_and_drops_what_the_lower_rate_cannot_hold():
    for before, after in ((44_100, 16_000), (16_000, 22_050), (48_000, 8_000), (8_000, 48_000)):
        kept = resampled(tone(1.0, before, 440.0), before, after)
        assert len(kept) == -(-before * after // before)
        middle = slice(after // 10, -after // 10)
        np.testing.assert_allclose(
            kept[middle, 0], tone(1.0, after, 440.0)[middle, 0], atol=2e-3, rtol=0
        )
    high = resampled(tone(1.0, 48_000, 15_000.0), 48_000, 16_000)
    assert np.abs(high[2000:-2000]).max() < 1e-3


def test_the_loudest_piece():
    sound = np.zeros((1000, 1), np.float32)
    sound[600:700] = 0.5
    assert loudest(sound, 100) == 600
    assert loudest(sound, 2000) == 0


@pytest.mark.parametrize(
    ("shape", "order", "lies"),
    [
        ((16_000,), "T", (16_000,)), ((1, 16_000), "NT", (1, 16_000)),
        (("batch", 16_000), "NT", (1, 16_000)), ((2, 16_000, 1), None, None),
        ((1, 16_000, 1), "NTC", (1, 16_000, 1)), ((1, 1, 16_000), "NCT", (1, 1, 16_000)),
        ((1, 2, 16_000), "NCT", (1, 2, 16_000)), ((1, None), "NT", (1, 8_000)),
    ],
)  # fmt: skip
def test_every_way_in_which_a_sound_lies(shape, order, lies):
    target = inputs.Target("x", shape, "float32")
    source = heard(tone(0.5, channels=2))
    if order is None:
        with pytest.raises(InputError, match="holds no sound"):
            inputs.guess(target, source)
        return
    steps = inputs.guess(target, source)
    assert by_name(steps)["arrange"]["order"] == order
    prepared = inputs.prepare(source, steps, target)
    assert (prepared.array.shape, prepared.array.dtype) == (lies, np.float32)
    assert len(prepared.stages) == len(steps)


def test_integers_are_filled_and_a_short_sound_is_followed_by_silence():
    target = inputs.Target("x", (1, 8_000), "int16")
    source = heard(tone(0.25))
    steps = inputs.guess(target, source)
    array = inputs.prepare(source, steps, target).array
    assert 16_000 < array.max() < 17_000
    assert not array[0, 4_000:].any()
    window = by_name(steps)["window"]
    assert window["guessed"]
    assert "silence" in window["why"]
    again = [{**s, "short": "repeat"} if s["step"] == "window" else s for s in steps]
    assert inputs.prepare(source, again, target).array[0, 4_000:].any()


def test_steps_of_pictures_are_not_for_sounds_nor_the_other_way_round():
    source = heard(tone(0.1))
    target = inputs.Target("x", (1, None), "float32")
    invert = [{"step": "decode"}, {"step": "invert"}]
    with pytest.raises(InputError, match="step 'invert' is not for a sound"):
        inputs.prepare(source, invert, target)
    assert not inputs.suits(invert, source)
    assert inputs.suits(inputs.guess(target, source), source)
    with pytest.raises(InputError, match="the sound has 1,600; start earlier"):
        inputs.prepare(source, [{"step": "window", "samples": 5, "start": 9_999}], target)
    with pytest.raises(InputError, match="whole number from 1"):
        inputs.prepare(source, [{"step": "resample", "rate": 0}], target)


def test_basic_pitch_by_its_odd_length():
    target = inputs.Target("x", ("n", 43_844, 1), "float32")
    rate = by_name(inputs.guess(target, heard(tone(3.0))))["resample"]
    assert (rate["rate"], rate["guessed"]) == (22_050, True)
    assert "2 s at 22,050 Hz" in rate["why"]


@pytest.mark.data
def test_silero_finds_speech_in_every_window_of_the_word(data):
    """All windows in turn, as the network is meant to be used: its state goes on to the next."""
    session = onnxruntime.InferenceSession(str(data / "models" / "onnx" / "silero_vad.onnx"))
    source = inputs.load(data / "audio" / "yes.wav", "yes.wav")
    samples = np.pad(source.array[:, 0], (64, 0))
    state = np.zeros((2, 1, 128), np.float32)
    likely = []
    for at in range(0, len(samples) - 576 + 1, 512):
        feeds = {"input": samples[None, at : at + 576], "state": state, "sr": np.array(16_000)}
        found, state = session.run(None, feeds)
        likely.append(float(found[0, 0]))
    assert max(likely) > 0.99
    speech = np.flatnonzero(np.asarray(likely) > 0.5) * 512 / 16_000
    assert 0.4 < speech.min() < 0.6
    assert 0.8 < speech.max() < 0.9
    # The piece that is fed unasked lies within.
    target = inputs.Target(
        "input", (None, None), "float32", hints={"rate": 16_000, "window": 576, "window_why": "so"}
    )
    window = by_name(inputs.guess(target, source))["window"]
    assert window["guessed"]
    assert speech.min() < window["start"] / 16_000 < speech.max()
