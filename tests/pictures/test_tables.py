import subprocess
import sys

import numpy as np
import pytest

from cutaway.errors import InputError
from cutaway.pictures import names, table, tables

# The page names these in its palettes and defaults.
WANTED = [
    "crameri:berlin",
    "crameri:vik",
    "inferno",
    "inferno_r",
    "gray",
    "viridis",
    "magma",
    "plasma",
    "cividis",
    "turbo",
    "coolwarm",
    "RdBu",
    "cmocean:balance",
    "seaborn:mako",
]


@pytest.mark.parametrize("name", WANTED)
def test_the_usual_tables_are_there(name):
    assert name in names()
    found = table(name)
    assert found.name == name
    assert found.colours.shape == (256, 3)
    assert found.colours.dtype == np.uint8


def test_all_tables_are_continuous_and_of_two_kinds():
    found = tables()
    assert [one.name for one in found] == names()
    assert len(set(names())) == len(found) > 200
    assert {one.kind for one in found} == {"sequential", "diverging"}
    for one in found:
        # One of a few steps would have as many colours only.
        assert len(np.unique(one.colours, axis=0)) > 100, one.name


def test_known_colours():
    inferno = table("inferno").colours
    assert inferno[0].tolist() == [0, 0, 4]
    assert inferno[255].tolist() == [252, 255, 164]
    np.testing.assert_array_equal(table("inferno_r").colours, inferno[::-1])
    grey = table("gray").colours
    np.testing.assert_array_equal(grey, np.arange(256)[:, None].repeat(3, 1))
    assert table("crameri:berlin").kind == "diverging"
    # Its middle is nearly black, so that zero sinks into a dark ground.
    assert table("crameri:berlin").colours[128].max() < 40
    assert table("crameri:vik").colours[128].min() > 200


def test_an_unknown_table_says_what_is_known():
    with pytest.raises(InputError, match=r"'viridos'.*inferno"):
        table("viridos")


def test_pictures_import_no_library_of_colours_or_images():
    code = "import sys, cutaway.pictures; print([m for m in ('cmap', 'PIL') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
