"""Pictures with more than 8 bits, and light without a limit: no bit is lost on the way."""

import io
import struct
import warnings

import numpy as np
import pytest
import tifffile
from inputs.made import hdr, png
from PIL import Image

from cutaway import inputs
from cutaway.errors import InputError

DEEP = np.random.default_rng(3).integers(0, 65536, (20, 30, 3), np.uint16)


def tiff(array, **options):
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tifffile.imwrite(out, array, **options)
    return out.getvalue()


def test_a_png_of_16_bits_rgb_keeps_them():
    source = inputs.load(png(DEEP), "a.png")
    np.testing.assert_allclose(source.array, DEEP / 257, atol=1e-4)
    assert source.description.startswith("PNG, 30 x 20 16 bit RGB")


def test_a_png_of_16_bits_with_opacity_is_laid_over_white():
    clear = np.concatenate([DEEP, np.full((20, 30, 1), 32768, np.uint16)], 2)
    source = inputs.load(png(clear), "a")
    share = 32768 / 65535
    np.testing.assert_allclose(source.array, DEEP / 257 * share + 255 * (1 - share), atol=1e-2)
    assert "over white" in source.description


@pytest.mark.parametrize(
    "options",
    [
        {}, {"compression": "zlib"}, {"byteorder": ">"}, {"rowsperstrip": 7}, {"tile": (16, 16)},
        {"compression": "zlib", "predictor": True},
    ],
)  # fmt: skip
def test_a_tiff_of_16_bits_rgb_keeps_them(options):
    source = inputs.load(tiff(DEEP, photometric="rgb", **options), "a.tif")
    np.testing.assert_allclose(source.array, DEEP / 257, atol=1e-4)


def test_a_tiff_of_separate_planes():
    data = tiff(DEEP.transpose(2, 0, 1), photometric="rgb", planarconfig="separate")
    np.testing.assert_allclose(inputs.load(data, "a").array, DEEP / 257, atol=1e-4)


def test_lzw_which_only_pillow_unpacks():
    out = io.BytesIO()
    gray = DEEP[:, :, 0]
    Image.fromarray(gray).save(out, "TIFF", compression="tiff_lzw")
    np.testing.assert_allclose(inputs.load(out.getvalue(), "a").array, gray / 257, atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_a_float_rgb_tiff_in_0_1_fills_the_range(dtype):
    unit = (DEEP / 65535).astype(dtype)
    source = inputs.load(tiff(unit, photometric="rgb"), "a")
    np.testing.assert_allclose(source.array, unit.astype(np.float64) * 255, atol=0.2)
    assert "float RGB" in source.description


@pytest.mark.parametrize(
    ("dtype", "top"), [(np.uint32, 2**32 - 1), (np.int32, 2**31 - 1), (np.int16, 2**15 - 1)]
)
def test_whole_numbers_of_any_width_are_scaled(dtype, top):
    gray = np.array([[0, top // 2], [top, 70_000 % top]], dtype)
    source = inputs.load(tiff(gray), "a")
    limit = 65535 if top <= 65535 else top
    np.testing.assert_allclose(source.array, gray / limit * 255, rtol=1e-4, atol=1e-3)


def test_unsigned_numbers_of_32_bits_stay_positive_where_pillow_reads_them():
    out = io.BytesIO()
    gray = np.array([[0, 3_000_000_000], [4_000_000_000, 1]], np.uint32)
    tifffile.imwrite(out, gray)
    source = inputs.load(out.getvalue(), "a")
    assert source.array[1, 0] == source.array.max()


def test_the_cameras_turn_of_a_deep_picture():
    data = tiff(DEEP, photometric="rgb", extratags=[(274, 3, 1, 6, True)])
    source = inputs.load(data, "a")
    assert (source.width, source.height) == (20, 30)
    np.testing.assert_allclose(source.array, np.rot90(DEEP, -1) / 257, atol=1e-4)


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("deep", [False, True])
def test_all_turns_as_pillow_has_them(turn, deep):
    marked = np.zeros((4, 6, 3), np.uint8)
    marked[0, 0], marked[0, 5], marked[3, 0] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    exif = Image.Exif()
    exif[0x0112] = turn
    out = io.BytesIO()
    Image.fromarray(marked).save(out, "TIFF", exif=exif)
    straight = inputs.load(out.getvalue(), "a").array
    if deep:
        data = tiff(marked.astype(np.uint16) * 257, photometric="rgb",
                    extratags=[(274, 3, 1, turn, True)])  # fmt: skip
        np.testing.assert_allclose(inputs.load(data, "a").array, straight)
    assert straight.shape[:2] == ((4, 6) if turn < 5 else (6, 4))


@pytest.mark.parametrize("packed", [True, False])
def test_radiance_light_on_the_curve_of_a_screen(packed):
    shared = np.random.default_rng(5).integers(0, 256, (12, 40, 4), np.uint8)
    shared[:, :, 3] = np.random.default_rng(6).integers(120, 131, (12, 40))
    shared[2, :, :] = 77
    shared[0, 0] = 0
    source = inputs.load(hdr(shared, packed=packed), "a.png")
    light = shared[:, :, :3] * 2.0 ** (shared[:, :, 3:].astype(float) - 136)
    light[shared[:, :, 3] == 0] = 0
    unit = np.clip(light, 0, 1)
    curve = np.where(unit <= 0.0031308, 12.92 * unit, 1.055 * unit ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(source.array, curve * 255, atol=1e-2)
    assert source.description.startswith("Radiance HDR, 40 x 12")


def test_pages_of_a_tiff_and_frames_of_a_gif_are_chosen():
    pages = np.stack([DEEP, 65535 - DEEP, DEEP[::-1]])
    data = tiff(pages, photometric="rgb")
    source = inputs.load(data, "a", 2)
    assert (source.frames, source.frame) == (3, 2)
    np.testing.assert_allclose(source.array, DEEP[::-1] / 257, atol=1e-4)
    out = io.BytesIO()
    shades = [Image.new("L", (8, 8), shade) for shade in (40, 120, 200)]
    shades[0].save(out, "GIF", save_all=True, append_images=shades[1:], duration=250)
    source = inputs.load(out.getvalue(), "a", 1)
    assert (source.frames, source.rate, source.seconds) == (3, 4.0, 0.75)
    assert np.unique(source.array).tolist() == [120]
    for frame in (3, -1):
        with pytest.raises(InputError, match="counted from 0"):
            inputs.load(out.getvalue(), "a", frame)


def broken():
    """Files by what a message says of them."""
    whole = tiff(DEEP, photometric="rgb")
    light = hdr(np.full((9, 20, 4), 130, np.uint8))
    return [
        (png(DEEP)[:1500], "truncated or broken"),
        (whole[: len(whole) // 2], "truncated|cut off"),
        (light[:-20], "truncated or broken"),
        (light.replace(b"-Y 9 +X 20", b"-Y 50000 +X 50000"), "at most 64,000,000 pixels"),
        (light.replace(b"-Y 9 +X 20", b"+X 20 -Y 9"), "truncated or broken"),
        (tiff((DEEP / 9).astype(np.float32), photometric="rgb")[:3000], "truncated|cut off"),
    ]


@pytest.mark.parametrize(("content", "said"), broken())
def test_broken_files_are_one_sentence(content, said):
    with pytest.raises(InputError, match=said):
        inputs.load(content, "a")


def test_floats_packed_by_lzw_say_what_unpacks_them():
    out = io.BytesIO()
    tifffile.imwrite(out, np.zeros((20, 30, 3), np.float32), photometric="rgb")
    content = out.getvalue().replace(
        struct.pack("<HHIH", 259, 3, 1, 1), struct.pack("<HHIH", 259, 3, 1, 5)
    )
    with pytest.raises(InputError, match="float32 pixels of 3 channels packed by LZW; run pip"):
        inputs.load(content, "a.tif")
