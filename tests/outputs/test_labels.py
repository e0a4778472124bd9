"""Label files of every kind, and what is none."""

import json

import pytest

from cutaway import demo, outputs
from cutaway.errors import InputError

NAMES = ["T-shirt/top", "Trouser", "Überzieher"]


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(NAMES).encode(),
        ("\r\n".join(NAMES) + "\r\n\r\n  \r\n").encode("utf-8-sig"),
        "\n".join(NAMES).encode("utf-16"),
    ],
)
def test_text(content):
    assert outputs.load(content, "a.labels.txt") == NAMES


def test_an_empty_line_within_keeps_its_number():
    assert outputs.load(b"a\n\nc\n", "a.txt") == ["a", "", "c"]


@pytest.mark.parametrize(
    "found",
    [
        NAMES,
        {"0": "T-shirt/top", "2": "Überzieher", "1": "Trouser"},
        {"0": ["n01", "T-shirt/top"], "1": ["n02", "Trouser"], "2": ["n03", "Überzieher"]},
    ],
)
def test_json(found):
    assert outputs.load(json.dumps(found).encode(), "a.JSON") == NAMES


def test_json_gaps_and_numbers():
    assert outputs.load(b'{"0": "a", "2": "c"}', "a.json") == ["a", "", "c"]
    assert outputs.load(b"[1, 2]", "a.json") == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        "0,T-shirt/top\n1,Trouser\n2,Überzieher\n",
        "index,label,mid\n0,T-shirt/top,x\n1,Trouser,y\n2,Überzieher,z\n",
        'index,mid,display_name\n0,/m/1,"T-shirt/top"\n1,/m/2,Trouser\n2,/m/3,Überzieher\n',
        "T-shirt/top\nTrouser\n\nÜberzieher\n",
    ],
)
def test_csv(text):
    assert outputs.load(text.encode(), "a.csv") == NAMES


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "'a.txt' holds none"),
        ("a.txt", b"\n \n", "'a.txt' holds none"),
        ("a.txt", b"\xff\x00\xfe", "as UTF-8 text, 'a.txt' is not (byte 0)"),
        ("a.txt", b"\x89PNG\r\n", "is not (byte 0)"),
        ("a.txt", b"ab\0cd", "is not (byte 2)"),
        ("a.txt", b"x" * (17 << 20), "is larger"),
        ("a.json", b"[1,", "is no JSON"),
        ("a.json", b'"a"', "holds something else"),
        ("a.json", b"[[1]]", "holds something else"),
        ("a.json", b'{"dog": "0"}', "has the key 'dog', which is no class number"),
        ("a.json", b'{"9999999999": "a"}', "no class number"),
        ("a.json", b'{"0": 3}', "no name for class 0"),
        ("a.json", b"{}", "holds none"),
        ("a.csv", b"label\n", "holds none"),
        ("a.csv", b"index,label\n0,a\n1\n", "some rows are shorter"),
    ],
)
def test_what_is_no_list_of_labels(name, content, said):
    with pytest.raises(InputError) as caught:
        outputs.load(content, name)
    assert said in str(caught.value)


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        outputs.load(tmp_path / "none.txt", "none.txt")


def test_built_in_names_are_those_of_the_demo():
    assert outputs.builtin("fashion-mnist") == demo.labels()
    assert outputs.builtin("fashion-mnist")[1] == "Trouser"
    with pytest.raises(InputError, match="no labels called 'cifar' are built in"):
        outputs.builtin("cifar")


@pytest.mark.parametrize(
    "name",
    ["alexnet.labels.txt", "alexnet.labels.json", "alexnet.labels.csv", "alexnet.h5.labels.txt"],
)
def test_labels_beside_a_model(tmp_path, name):
    model = tmp_path / "alexnet.h5"
    (tmp_path / "other.labels.txt").write_text("x")
    assert outputs.beside(model) is None
    (tmp_path / name).write_text('["Trouser"]' if name.endswith("json") else "Trouser\n")
    found = outputs.beside(model)
    assert found == tmp_path / name
    assert outputs.load(found, found.name) == ["Trouser"]
