"""Inputs of every kind on the command line: fed, or refused in one sentence with status 2."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from cli.test_commands import as_json, cutaway
from inputs.made import png, sound, tone, video, wav
from inputs.test_words import tokenizer
from session.test_feeding_files import embedding, network

from cutaway import demo


def test_a_frame_and_words_are_fed(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(video(30))
    model = network(tmp_path, [1, 3, 64, 64])
    (node,) = as_json("run", model, "--input", film, "--frame", 29)["nodes"]
    (bright,) = node["outputs"]
    assert 0.3 < bright["mean"] < 0.45
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    words = embedding(tmp_path)
    told = as_json("run", words, "--text", "a grey shoe", "--tokenizer", tokenizer(folder))
    assert told["nodes"][-1]["outputs"][0]["shape"] == [1, 5, 9]
    assert not told["synthetic"]


def test_a_sound_says_its_steps(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    path.write_bytes(wav(tone(2.0, 8_000), 8_000))
    done = cutaway("run", network(tmp_path, [1, 16_000]), "--input", path)
    assert done.returncode == 0, done.stderr
    assert "resample: rate 16000 (guessed)" in done.stdout
    assert "window: start " in done.stdout


def bomb() -> bytes:
    """The header of a PNG of 50,000 x 50,000 pixels, with nothing in it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    pixels = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one))
        for one in (header, pixels)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


BAD = {
    "empty.png": (b"", "is empty"),
    "empty.wav": (b"", "is empty"),
    "bomb.png": (bomb(), "at most 64,000,000 pixels"),
    "half.png": (png(np.zeros((40, 40, 3), np.uint16))[:80], "wanted a whole picture"),
    "half.flac": (sound(tone(1.0), "flac", "flac")[:9_000], "truncated or broken"),
    "half.mp4": (video(30)[:700], "truncated"),
    "words.csv": (b"a,b\n1,cat\n", "has 'cat' in line 2, column 2"),
    "text.txt": (b"A shoe.", "is text"),
    "tone.wav": (wav(tone(0.2)), "holds no sound"),
    "row.csv": (b"1,2,3\n", "wants "),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_input_is_one_sentence_and_status_2(name: str, tmp_path: Path) -> None:
    content, said = BAD[name]
    path = tmp_path / name
    path.write_bytes(content)
    done = cutaway("run", demo.model(prefer_keras=False), "--input", path)
    assert done.returncode == 2
    (line,) = [one for one in done.stderr.splitlines() if one.startswith("cutaway: ")]
    assert said in line
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--input", "nowhere.wav"), "there is no 'nowhere.wav'"),
        (("--text", "a shoe", "--tokenizer", "nowhere.json"), "a tokenizer file was wanted"),
        (("--text", "a shoe"), "is text"),
    ],
)
def test_what_is_not_there_is_told(arguments: tuple[str, ...], said: str) -> None:
    done = cutaway("run", demo.model(prefer_keras=False), *arguments)
    assert done.returncode == 2
    assert said in done.stderr
