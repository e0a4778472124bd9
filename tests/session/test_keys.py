import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutaway.errors import UnknownKey
from cutaway.session.keys import parse, whole


def test_a_key_is_taken_apart() -> None:
    key = parse("/m/7/v/3/picture.png?table=inferno&low=-1")
    assert (key.room, key.number, key.rest) == ("m", 7, ["v", "3", "picture.png"])
    assert key.query == {"table": "inferno", "low": "-1"}


@given(st.text())
def test_anything_is_a_key_or_an_unknown_one(text: str) -> None:
    try:
        key = parse(text)
    except UnknownKey:
        return
    assert key.room in ("m", "t")
    assert key.number >= 0


@pytest.mark.parametrize("text", ["", "-1", "7", "x", "1.0", "٣"])
def test_a_number_outside_is_told(text: str) -> None:
    with pytest.raises(UnknownKey, match="there are 3 pages"):
        whole(text, 3, "pages")
