"""Files to pictures and arrays: every format and mode, and what is no picture at all."""

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError


def encoded(picture, kind, **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def npy(array):
    out = io.BytesIO()
    np.save(out, array, allow_pickle=True)
    return out.getvalue()


GRAY = np.arange(30 * 20, dtype=np.uint32).reshape(30, 20).astype(np.uint8)
NOISE = np.random.default_rng(1).integers(0, 256, (40, 40, 3), np.uint8)
COLOUR = np.stack([GRAY, GRAY[::-1], 255 - GRAY], 2)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF", "PPM"])
def test_a_gray_picture_keeps_its_bytes(kind):
    source = inputs.load(encoded(Image.fromarray(GRAY), kind), "a.bin")
    assert (source.kind, source.width, source.height) == ("image", 20, 30)
    array = source.array if source.array.ndim == 2 else source.array[:, :, 0]
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, GRAY)


def test_a_gray_png_has_one_channel():
    assert inputs.load(encoded(Image.fromarray(GRAY), "PNG"), "a").array.shape == (30, 20)


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True})])
def test_a_colour_picture_keeps_its_bytes(kind, options):
    source = inputs.load(encoded(Image.fromarray(COLOUR), kind, **options), "a")
    np.testing.assert_array_equal(source.array, COLOUR)
    assert source.mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_large_picture_is_handed_over_in_strips_bit_for_bit(data, mode, kind):
    photo = Image.open(data / "photos" / "coffee.png").convert(mode).resize((1501, 1003))
    content = encoded(photo, kind)
    whole = np.asarray(Image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(inputs.load(content, "a").array, whole)


def test_a_png_is_decoded_once(data, monkeypatch):
    decoded, decoder = [], Image.core.zip_decoder

    def counted(*args):
        decoded.append(args)
        return decoder(*args)

    monkeypatch.setattr(Image.core, "zip_decoder", counted)
    inputs.load((data / "photos" / "coffee.png").read_bytes(), "a")
    assert len(decoded) == 1


def test_only_what_is_looked_at_is_decoded_smaller(data):
    photo = Image.open(data / "photos" / "coffee.png").convert("RGB").resize((2400, 1600))
    content = encoded(photo, "JPEG", quality=90)
    assert inputs.load(content, "a").array.shape == (1600, 2400, 3)
    small = inputs.load(content, "a", least=128).array
    assert small.shape == (200, 300, 3)
    near = np.asarray(photo.resize((300, 200), Image.Resampling.BOX)).astype(int)
    assert np.abs(small - near).mean() < 3


def test_avif_is_opened_by_its_content(data):
    photo = Image.open(data / "photos" / "coffee.png").convert("RGB")
    content = encoded(photo, "AVIF", quality=90)
    source = inputs.load(content, "a.jpg")
    assert source.description == "AVIF, 600 x 400 RGB"
    np.testing.assert_array_equal(source.array, np.asarray(Image.open(io.BytesIO(content))))
    for cut in (20, 100, 1000, len(content) // 2):
        with pytest.raises(InputError, match="truncated or broken"):
            inputs.load(content[:cut], "a.avif")


def test_a_pillow_without_avif_says_what_to_do(data, monkeypatch):
    content = encoded(Image.open(data / "photos" / "coffee.png").convert("RGB"), "AVIF")
    monkeypatch.delitem(Image.OPEN, "AVIF")
    monkeypatch.setattr("PIL.features.check", lambda _name: False)
    with pytest.raises(InputError, match=r"AVIF.*pip install --upgrade 'pillow>=11.3'"):
        inputs.load(content, "a.avif")


def test_heic_is_one_sentence():
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200)
    with pytest.raises(InputError, match=r"'a\.heic' is HEIC.* convert it to JPEG or PNG"):
        inputs.load(head, "a.heic")


def test_jpeg_is_recognized_by_content_not_by_name():
    source = inputs.load(encoded(Image.fromarray(COLOUR), "JPEG", quality=95), "a.png")
    assert source.description.startswith("JPEG, 20 x 30")


def test_gif_gives_its_first_frame_and_says_so():
    frames = [Image.new("L", (8, 8), shade) for shade in (40, 200)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    source = inputs.load(data, "a.gif")
    assert "first of 2 frames" in source.description
    assert set(np.unique(source.array)) == {40}


def test_transparent_parts_are_laid_over_white_and_said():
    clear = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    clear.putpixel((0, 0), (255, 0, 0, 255))
    source = inputs.load(encoded(clear, "PNG"), "a")
    assert source.array[0, 0].tolist() == [255, 0, 0]
    assert source.array[1, 1].tolist() == [255, 255, 255]
    assert "over white" in source.description


def test_an_opaque_alpha_channel_is_not_spoken_of():
    source = inputs.load(encoded(Image.new("RGBA", (4, 4), (1, 2, 3, 255)), "PNG"), "a")
    assert source.array[0, 0].tolist() == [1, 2, 3]
    assert "white" not in source.description


def test_palette_transparency_and_gray_alpha():
    palette = Image.new("P", (3, 3), 1)
    palette.putpalette([9, 9, 9, 200, 100, 50])
    palette.putpixel((0, 0), 0)
    source = inputs.load(encoded(palette, "PNG", transparency=0), "a")
    assert source.array[0, 0].tolist() == [255, 255, 255]
    assert source.array[1, 1].tolist() == [200, 100, 50]
    assert inputs.load(encoded(Image.new("LA", (3, 3), (7, 255)), "PNG"), "a").array.shape == (3, 3)


def test_cmyk_and_black_and_white():
    cmyk = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    red = inputs.load(encoded(cmyk, "TIFF"), "a").array[0, 0]
    assert red[0] > 200
    assert red[1] < 60
    assert inputs.load(encoded(Image.new("1", (4, 4), 1), "PNG"), "a").array.max() == 255


def test_sixteen_bits_are_scaled_not_cut():
    deep = np.array([[0, 257, 65535], [32768, 3, 100]], np.uint16)
    for kind in ("TIFF", "PNG"):
        source = inputs.load(encoded(Image.fromarray(deep), kind), "a")
        np.testing.assert_allclose(source.array, deep / 257, atol=1e-3)
        assert "scaled to 0..255" in source.description


def test_a_float_picture_in_0_1_fills_the_range_and_nan_is_black():
    deep = np.array([[0, 0.5], [1, np.nan]], np.float32)
    source = inputs.load(encoded(Image.fromarray(deep), "TIFF"), "a")
    np.testing.assert_allclose(source.array, [[0, 127.5], [255, 0]], atol=1e-3)


def test_the_cameras_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter: shown, the stored columns are rows
    data = encoded(Image.fromarray(COLOUR), "PNG", exif=exif)
    source = inputs.load(data, "a")
    assert (source.width, source.height) == (30, 20)
    np.testing.assert_array_equal(source.array, np.rot90(COLOUR, -1))
    assert "turned" in source.description


def test_no_rotation_is_claimed_without_one():
    assert "turned" not in inputs.load(encoded(Image.fromarray(COLOUR), "PNG"), "a").description


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "size"), [("chelsea", (451, 300)), ("coffee", (600, 400)), ("astronaut", (512, 512))]
)
def test_real_photos(data, name, size):
    path = data / "photos" / f"{name}.png"
    source = inputs.load(path, path.name)
    assert (source.width, source.height) == size
    with Image.open(path) as picture:
        np.testing.assert_array_equal(source.array, np.asarray(picture.convert("RGB")))


def test_arrays_come_as_they_are(tmp_path):
    array = np.random.default_rng(0).normal(size=(1, 3, 4)).astype(np.float16)
    path = tmp_path / "a.npy"
    np.save(path, array)
    for source in (inputs.load(path, "a.npy"), inputs.load(path.read_bytes(), "a.npy")):
        assert (source.kind, source.width, source.mode) == ("array", None, None)
        np.testing.assert_array_equal(source.array, array)


def bomb():
    """A PNG that claims 60,000 x 60,000 pixels in 100 bytes."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def large():
    """More pixels than are taken, yet fewer than Pillow itself refuses."""
    return encoded(Image.new("1", (10_000, 8_000)), "PNG")


PNG = encoded(Image.fromarray(NOISE), "PNG")
CLAIMS = npy(np.zeros(3))[:-24].replace(b"(3,)", b"(9999999999,)")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"not a picture at all\0", "is none of them (first bytes 6e 6f 74"),
        (b"\xc5\xd0\xd3\xc6 binary EPSF\0\0", "is none of them"),
        (PNG[:2000], "truncated or broken"),
        (PNG[:20], "wanted"),
        (encoded(Image.fromarray(NOISE), "JPEG")[:900], "truncated or broken"),
        (bomb(), "at most 64,000,000 pixels"),
        (large(), "10000 x 8000"),
        (npy(np.arange(100))[:-8], "it is truncated"),
        (npy(np.array([{}], object)), "Python objects"),
        (b"\x93NUMPY\x01\x00", "broken .npy file"),
        (CLAIMS, "truncated"),
        (b"PK\x03\x04rest of an archive", "zip archive"),
    ],
)
def test_what_is_no_picture_is_one_sentence(content, said):
    with pytest.raises(InputError, match=r"^wanted ") as caught:
        inputs.load(content, "a.png")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"cannot be read \(No such file"):
        inputs.load(tmp_path / "none.png", "none.png")


@given(
    st.binary(max_size=64), st.sampled_from([PNG, b"GIF89a", b"II*\0", b"\x93NUMPY\x01\x00v\x00"])
)
def test_broken_bytes_never_raise_anything_else(noise, head):
    for content in (noise, head[:50] + noise, head[:-20] + noise):
        with contextlib.suppress(InputError):
            assert inputs.load(content, "a").array.ndim <= 3


def test_a_thumbnail_shrinks_and_never_enlarges():
    wide = inputs.load(encoded(Image.new("RGB", (900, 300), "red"), "PNG"), "a")
    with Image.open(io.BytesIO(inputs.thumbnail_png(wide, 512))) as small:
        assert small.size == (512, 171)
    tiny = inputs.load(encoded(Image.fromarray(GRAY), "PNG"), "a")
    with Image.open(io.BytesIO(inputs.thumbnail_png(tiny))) as same:
        np.testing.assert_array_equal(np.asarray(same), GRAY)


def test_an_array_has_no_thumbnail():
    with pytest.raises(InputError, match="no thumbnail"):
        inputs.thumbnail_png(inputs.load(npy(np.zeros(3)), "a.npy"))
