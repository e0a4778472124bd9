"""Media files made on the spot, by the libraries that read them."""

from __future__ import annotations

import io
import struct
import wave
import zlib

import av
import numpy as np


def png(array, *, level=6):
    """A PNG of 16 bits a channel, (H, W, 3 or 4) uint16, each line filtered as its neighbour."""
    height, width, channels = array.shape
    rows = array.astype(">u2").view(np.uint8).reshape(height, width * channels * 2)
    step = 2 * channels
    left = np.zeros_like(rows)
    left[:, step:] = rows[:, :-step]
    lines = b"".join(
        b"\1" + (row - before).tobytes() for row, before in zip(rows, left, strict=True)
    )
    header = struct.pack(">IIBBBBB", width, height, 16, {3: 2, 4: 6}[channels], 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines, level)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def hdr(shared, *, packed=True):
    """A Radiance picture of (H, W, 4) bytes: three colours and an exponent."""
    height, width = shared.shape[:2]
    out = io.BytesIO()
    out.write(b"#?RADIANCE\n# made\nFORMAT=32-bit_rle_rgbe\n\n")
    out.write(b"-Y %d +X %d\n" % (height, width))
    if not packed:
        out.write(shared.tobytes())
        return out.getvalue()
    for row in shared:
        out.write(bytes((2, 2, width >> 8, width & 255)))
        for channel in row.T:
            values = channel.tolist()
            at = 0
            while at < width:
                run = 1
                while at + run < width and run < 127 and values[at + run] == values[at]:
                    run += 1
                out.write(bytes((128 + run, values[at])) if run > 2 else bytes((1, values[at])))
                at += run if run > 2 else 1
    return out.getvalue()


def wav(samples, rate=16_000, width=2):
    """A WAV of (T, C) in -1..1."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(_whole(samples, width))
    return out.getvalue()


def _whole(samples, width):
    if width == 1:
        return (np.rint(samples * 127) + 128).astype(np.uint8).tobytes()
    full = np.rint(samples * (2 ** (8 * width - 1) - 1)).astype("<i4")
    if width == 3:
        return full.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    return full.astype(f"<i{width}").tobytes()


def tone(seconds=1.0, rate=16_000, pitch=440.0, channels=1):
    """(T, C) float32: a sine at half of the full scale."""
    t = np.arange(int(seconds * rate)) / rate
    return np.repeat(0.5 * np.sin(2 * np.pi * pitch * t)[:, None], channels, 1).astype(np.float32)


def sound(samples, codec, container, rate=16_000):
    """A sound of (T, C) in -1..1, by PyAV's name of a codec and of a container."""
    out = io.BytesIO()
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout=layout
        )
        frame.sample_rate = rate
        for packet in stream.encode(frame):
            file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return out.getvalue()


def video(frames, rate=25, codec="mpeg4", container="mp4", side=64, gop=12, turn=0, **options):
    """A video in which every frame shows its own number, as ``number`` reads it."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, options=options)
        stream.width = stream.height = side
        stream.pix_fmt, stream.gop_size = "yuv420p", gop
        if turn:
            stream.set_display_rotation(turn)
        for k in range(frames):
            frame = av.VideoFrame.from_ndarray(numbered(k, side), format="rgb24")
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return out.getvalue()


def numbered(k, side=64):
    """A picture of 16 squares, light where the number has a bit."""
    picture = np.full((side, side, 3), 40, np.uint8)
    cell = side // 4
    for bit in range(16):
        if k >> bit & 1:
            y, x = bit // 4 * cell, bit % 4 * cell
            picture[y : y + cell, x : x + cell] = 220
    return picture


def number(picture):
    """The number that a frame shows."""
    cell = picture.shape[0] // 4
    bright = picture.reshape(4, cell, 4, cell, -1)[:, 4:-4, :, 4:-4].mean((1, 3, 4)) > 130
    return int((bright.reshape(-1) * 2 ** np.arange(16)).sum())
