"""Sounds and videos: every container, exact frames, and what is broken said in a sentence."""

import builtins
import subprocess
import sys

import numpy as np
import pytest
from inputs.made import number, sound, tone, video, wav

from cutaway import inputs
from cutaway.errors import InputError


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_plain_wav_is_its_samples(width, channels):
    samples = tone(0.1, channels=channels)
    source = inputs.load(wav(samples, 8000, width), "a.mp3")
    assert (source.kind, source.rate) == ("audio", 8000.0)
    np.testing.assert_allclose(source.array, samples, atol=1 / 100 if width == 1 else 1e-4)


@pytest.mark.parametrize(
    ("codec", "container", "rate"),
    [
        ("flac", "flac", 16_000), ("mp3", "mp3", 16_000), ("libopus", "ogg", 48_000),
        ("aac", "mp4", 44_100), ("pcm_f32le", "wav", 16_000), ("pcm_s16be", "aiff", 16_000),
    ],
)  # fmt: skip
def test_sounds_of_every_container(codec, container, rate):
    samples = tone(1.0, rate)
    source = inputs.load(sound(samples, codec, container, rate), "a")
    assert (source.kind, source.rate) == ("audio", float(rate))
    assert abs(len(source.array) - rate) < 3000
    heard = source.array[2000 : rate - 2000, 0]
    spectrum = np.abs(np.fft.rfft(heard))
    pitch = spectrum.argmax() * rate / len(heard)
    assert abs(pitch - 440) < 3
    assert 0.3 < np.abs(heard).max() < 0.7


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_video_is_turned_as_the_camera_noted(turn):
    data = video(15, turn=turn)
    for frame in (0, 14):
        upright = inputs.load(data, "a", frame).array
        assert number(np.rot90(upright, -turn // 90)) == frame
        assert number(upright) != frame or frame == 0


@pytest.mark.parametrize(
    ("codec", "container"),
    [
        ("mpeg4", "mp4"), ("libx264", "mp4"), ("libx264", "matroska"), ("mpeg4", "avi"),
        ("libvpx", "webm"), ("libx264", "mpegts"),
    ],
)  # fmt: skip
def test_every_frame_is_the_one_asked_for(codec, container):
    data = video(90, codec=codec, container=container)
    for frame in (0, 1, 11, 12, 13, 24, 47, 60, 88, 89):
        source = inputs.load(data, "a", frame)
        assert (source.kind, source.frames, source.rate) == ("image", 90, 25.0)
        assert number(source.array) == frame
    assert "frame 89 of 90 at 0:03.56" in source.description
    with pytest.raises(InputError, match="90 frames, counted from 0; got 90"):
        inputs.load(data, "a", 90)


CHILD = """
import resource, sys, time
from pathlib import Path
from cutaway import inputs
inputs.load(Path(sys.argv[2]), "small", 0)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
begun = time.perf_counter()
for frame in (0, 10_799, 5_400):
    source = inputs.load(Path(sys.argv[1]), "long.mp4", frame)
took = time.perf_counter() - begun
print(source.seconds, took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_three_hours_open_at_once_in_bounded_memory(tmp_path, record_property):
    long, small = tmp_path / "long.mp4", tmp_path / "small.mp4"
    long.write_bytes(video(10_800, rate=1, side=160, gop=60))
    small.write_bytes(video(5, side=160))
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(long), str(small)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    seconds, took, grown = map(float, done.stdout.split())
    record_property("figure", f"a video of 3 hours: 3 frames in {took:.2f} s, {grown:.0f} MiB more")
    assert seconds == 10_800
    assert took < 10
    assert grown < 100


WHOLE = {
    "wav": wav(tone(1.0)),
    "flac": sound(tone(1.0), "flac", "flac"),
    "mp3": sound(tone(1.0), "mp3", "mp3"),
    "ogg": sound(tone(1.0, 48_000), "libopus", "ogg", 48_000),
    "m4a": sound(tone(1.0, 44_100), "aac", "mp4", 44_100),
    "mp4": video(30),
    "mkv": video(30, container="matroska"),
    "avi": video(30, container="avi"),
}


@pytest.mark.parametrize("kind", [k for k in WHOLE if k not in ("mp3", "ogg")])
def test_half_a_file_is_one_sentence(kind):
    data = WHOLE[kind][: len(WHOLE[kind]) // 2]
    with pytest.raises(InputError, match=r"truncated|cannot be reached"):
        inputs.load(data, f"a.{kind}", 29 if kind in ("mp4", "mkv", "avi") else 0)


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("held", [0, 12, 40, 100])
def test_a_header_alone_is_one_sentence(kind, held):
    with pytest.raises(InputError, match="wanted"):
        inputs.load(WHOLE[kind][:held], f"a.{kind}")


@pytest.mark.parametrize("kind", list(WHOLE))
def test_damaged_bytes_raise_nothing_else(kind):
    random = np.random.default_rng(7)
    whole = np.frombuffer(WHOLE[kind], np.uint8)
    for _ in range(12):
        data = whole.copy()
        data[random.integers(8, len(data), 20)] = random.integers(0, 256, 20)
        try:
            inputs.load(data.tobytes(), "a", 3 if kind in ("mp4", "mkv", "avi") else 0)
        except InputError:
            continue


def test_an_mp3_without_the_extra_names_it(monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name == "av" or name.startswith("av."):
            raise ImportError(name)
        return real(name, *rest)

    for name in [one for one in sys.modules if one == "av" or one.startswith("av.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(InputError, match=r"pip install 'cutaway\[audio\]'"):
        inputs.load(WHOLE["mp3"], "a.mp3")
    with pytest.raises(InputError, match=r"pip install 'cutaway\[video\]'"):
        inputs.load(WHOLE["mkv"], "a.mkv")
    assert inputs.load(WHOLE["wav"], "a.wav").kind == "audio"
