"""Text: tables of numbers as arrays, and words as words."""

import numpy as np
import pytest

from cutaway import inputs
from cutaway.errors import InputError


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("a,b\n1,2\n3,4\n", [[1, 2], [3, 4]]),
        ("width;height\n1,5;2\n-3;4,25\n", [[1.5, 2], [-3, 4.25]]),
        ("1\t2\t3\n", [[1, 2, 3]]),
        ('"x y","z"\r\n"1","2e3"\r\n', [[1, 2000]]),
        ("# said\n\n1 2\n\n3 4", [[1, 2], [3, 4]]),
        ("1,nan\ninf,4", [[1, np.nan], [np.inf, 4]]),
        ("0.5\n0.25\n", [[0.5], [0.25]]),
    ],
)
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_an_array(text, rows, code):
    source = inputs.load(text.encode(code), "t.csv")
    assert source.kind == "array"
    np.testing.assert_array_equal(source.array, rows)


def test_whole_numbers_are_bytes_where_they_fit_and_integers_where_not():
    assert inputs.load(b"0,255\n3,4", "t").array.dtype == np.uint8
    assert inputs.load(b"0,256\n3,4", "t").array.dtype == np.int64
    assert inputs.load(b"0,-1.5\n3,4", "t").array.dtype == np.float64


def test_a_table_of_any_size_opens():
    table = np.arange(200_000).reshape(-1, 100)
    text = "\n".join(",".join(map(str, row)) for row in table)
    np.testing.assert_array_equal(inputs.load(text.encode(), "big.csv").array, table)


def test_a_table_takes_the_shape_of_an_input_with_as_many_numbers():
    target = inputs.Target("x", ("batch", 4, 4, 1), "float32", "NHWC")
    row = inputs.load(",".join(map(str, range(16))).encode(), "t.csv")
    laid = inputs.laid(row, target)
    assert laid.array.shape == (1, 4, 4, 1)
    prepared = inputs.prepare(laid, inputs.guess(target, laid), target)
    np.testing.assert_array_equal(prepared.array.reshape(-1), np.arange(16))
    assert inputs.laid(inputs.load(b"1,2,3", "t.csv"), target).array.shape == (1, 3)


@pytest.mark.parametrize("text", ["A shoe, in grey.", "x,y\nleft,right", "12 is a number", "7"])
def test_words_are_words(text):
    source = inputs.load(text.encode(), "t.txt")
    assert (source.kind, source.text) == ("text", text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"1,2\n3,cat\n", "has 'cat' in line 2, column 2"),
        (b"name,size\nshoe,3\n", "has 'shoe' in line 2, column 1"),
        (b"1,2\n3\n", "2 columns, line 2 of 't.csv' has 1"),
        (b"1,2\n3,\n", "nothing in line 2, column 2"),
        (b"a,b,c\n", "one line of words"),
        (b"\n \n", "empty"),
    ],
)
def test_a_table_of_words_is_refused_with_the_place(text, said):
    with pytest.raises(InputError, match=said):
        inputs.load(text, "t.csv")


def test_words_for_a_picture_are_one_sentence():
    target = inputs.Target("x", (1, 3, 8, 8), "float32", "NCHW")
    page = inputs.load(b"<!DOCTYPE html><p>Not found", "cat.jpg")
    with pytest.raises(InputError, match=r"'cat.jpg' is text"):
        inputs.guess(target, page)
