"""Large and small: fifty megapixels open, what is larger is refused before it is decoded."""

import os
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from inputs.made import hdr, tone, video, wav
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError
from cutaway.survey import collect


def test_fifty_megapixels_open(tmp_path):
    path = tmp_path / "large.jpg"
    Image.new("RGB", (8_660, 5_774), (10, 200, 30)).save(path, quality=60)
    source = inputs.load(path, path.name)
    assert source.array.shape == (5_774, 8_660, 3)


def bomb_png():
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 16, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(bytes(100_000))
    chunks = [
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one))
        for one in (header, pixels)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def bomb_tiff():
    tags = [(256, 50_000), (257, 50_000), (258, 32), (259, 1), (262, 1), (273, 200), (277, 1),
            (278, 50_000), (279, 4), (339, 3)]  # fmt: skip
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + body + bytes(200)


BOMBS = {
    "png": bomb_png(),
    "tiff": bomb_tiff(),
    "hdr": hdr(np.zeros((9, 20, 4), np.uint8)).replace(b"-Y 9 +X 20", b"-Y 50000 +X 50000"),
    "bmp": b"BM" + struct.pack("<IHHIIiiHHIIiiII", 60, 0, 0, 54, 40, 50_000, 50_000, 1, 24, 0, 0,
                               0, 0, 0, 0) + bytes(6),
    "gif": b"GIF89a" + struct.pack("<HHBBB", 50_000, 50_000, 0, 0, 0) + bytes(20),
}  # fmt: skip

CHILD = """
import resource, sys
from pathlib import Path
from cutaway import inputs
from cutaway.errors import InputError
inputs.load(Path(sys.argv[2]), "small")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    inputs.load(Path(sys.argv[1]), "bomb")
except InputError as problem:
    print(problem)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize("kind", list(BOMBS))
def test_a_bomb_is_refused_before_it_takes_memory(kind, tmp_path, record_property):
    small, bomb = tmp_path / "small.png", tmp_path / f"bomb.{kind}"
    Image.new("RGB", (8, 8)).save(small)
    bomb.write_bytes(BOMBS[kind])
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(bomb), str(small)],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    said, grown = done.stdout.splitlines()
    record_property("figure", f"a bomb ({kind}): {grown} MiB more")
    assert "wanted" in said
    assert int(grown) < 60


def test_a_long_sound_is_read_in_part_and_says_so(monkeypatch):
    from cutaway.inputs import sound

    monkeypatch.setattr(sound, "MOST_SAMPLES", 16_000)
    source = inputs.load(wav(tone(3.0, channels=2)), "long.wav")
    assert source.array.shape == (8_000, 2)
    assert source.seconds == 3.0
    assert "of which the first 0:00.50 were read" in source.description


@pytest.mark.parametrize("suffix", ["png", "wav", "mp4", "csv", "txt", "npy", "pb", "hdr", "tif"])
def test_an_empty_file_of_any_name(suffix):
    with pytest.raises(InputError, match="is empty"):
        inputs.load(b"", f"a.{suffix}")


def test_the_limit_of_a_video_is_that_of_a_picture(monkeypatch):
    from cutaway.inputs import video as videos

    monkeypatch.setattr(videos, "MOST_PIXELS", 1000)
    with pytest.raises(InputError, match="64 x 64"):
        inputs.load(video(3), "a.mp4")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    assert not inputs.is_archive(tmp_path / "pipe.png")
    with pytest.raises(InputError, match="is a folder, a pipe or a device; choose a file"):
        inputs.load(tmp_path / "pipe.png", "pipe.png")
    Image.new("L", (28, 28)).save(tmp_path / "one.png")
    target = inputs.Target("input", (1, 1, 28, 28), "float32", "NCHW")
    assert len(collect([tmp_path], target, tmp_path / "scratch")) == 1
