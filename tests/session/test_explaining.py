"""The sum behind a number, asked by key."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import get_args, get_type_hints

import numpy as np
import pytest
from loaders.made import onnx_twin
from pydantic import TypeAdapter

from cutaway import arithmetic, demo
from cutaway.errors import UnknownKey
from cutaway.session import explaining
from cutaway.session.session import Session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    scratch = tmp_path_factory.mktemp("scratch")
    opened = Session(demo.model(prefer_keras=False), model=1, emit=lambda _: None, scratch=scratch)
    opened.ask({"command": "run", "args": {"trace": 2, "input": {"synthetic": True}}})
    assert opened.ask({"get": "/t/2/info"}).result(60).json()["state"] == "done"
    return opened


def ask(session: Session, name: str, flat: int) -> dict:
    values = session.ask({"get": "/m/1/graph"}).result(60).json()["values"]
    value = next(one["id"] for one in values if one["name"] == name)
    return session.ask({"get": f"/t/2/{value}/sum/{flat}"}).result(60).json()


def test_a_key_answers_the_whole_arithmetic(session: Session) -> None:
    told = ask(session, "conv2d:linear", 4321)
    assert told["form"] == "products"
    assert told["verdict"] in ("equal", "rounding")
    assert (told["count"], told["shown"]) == (25, 25)
    assert told["index"] == [int(at) for at in np.unravel_index(4321, (1, 16, 56, 56))]
    products = sum(term["product"] for term in told["terms"])
    assert products == pytest.approx(told["steps"][0]["number"])
    assert told["expression"].endswith(f"= {told['computed_text']}")
    assert [window["role"] for window in told["windows"]] == ["data", "kernel", "bias"]


def test_a_key_answers_what_a_number_depends_on(session: Session) -> None:
    graph = session.ask({"get": "/m/1/graph"}).result(60).json()
    value = next(one["id"] for one in graph["values"] if one["name"] == "conv2d")
    flat = int(np.ravel_multi_index((0, 3, 4, 5), (1, 16, 56, 56)))
    answer = session.ask({"get": f"/t/2/{value}/field/{flat}"}).result(60)
    told = TypeAdapter(explaining.FieldDoc).validate_json(answer.body)
    assert told.index == [0, 3, 4, 5]
    assert told.inputs == graph["inputs"]
    (fed,) = (box for box in told.fields if box.value in told.inputs)
    # Five cells from 2 and from 3 on, of a picture enlarged by two between its cells.
    assert (fed.low, fed.high, fed.whole, fed.exact) == ([0, 0, 0, 1], [1, 1, 4, 5], False, True)
    with pytest.raises(UnknownKey):
        session.ask({"get": f"/t/2/{value}/field/{16 * 56 * 56}"}).result(60)


def test_every_answer_is_a_sum_document(session: Session) -> None:
    read = TypeAdapter(explaining.SumDoc)
    graph = session.ask({"get": "/m/1/graph"}).result(60).json()
    forms = set()
    for node in graph["nodes"]:
        for value in node["writes"]:
            answer = session.ask({"get": f"/t/2/{value}/sum/0"}).result(60)
            forms.add(read.validate_json(answer.body).form)
    assert forms >= {"products", "extreme", "formula", "copy"}


@pytest.mark.parametrize(
    ("document", "made"),
    [
        (explaining.SumDoc, arithmetic.Sum),
        (explaining.TermDoc, arithmetic.Term),
        (explaining.OperandDoc, arithmetic.Operand),
        (explaining.WindowDoc, arithmetic.Window),
        (explaining.SumStepDoc, arithmetic.Step),
    ],
)
def test_documents_mirror_what_is_made(document: type, made: type) -> None:
    names = [one.name for one in dataclasses.fields(document)]
    assert names == [one.name for one in dataclasses.fields(made)]
    forms = get_type_hints(arithmetic.Sum)["form"]
    assert get_args(get_type_hints(explaining.SumDoc)["form"]) == get_args(forms)


def test_what_was_fed_has_no_sum(session: Session) -> None:
    told = ask(session, "input_layer", 3)
    assert (told["form"], told["node"], told["verdict"]) == ("none", None, None)
    assert told["note"] == "no node makes this number: it is what was fed"


@pytest.mark.parametrize("flat", ["50176", "-1", "x", "1,2"])
def test_an_element_that_is_not_there(session: Session, flat: str) -> None:
    values = session.ask({"get": "/m/1/graph"}).result(60).json()["values"]
    value = next(one["id"] for one in values if one["name"] == "conv2d")
    with pytest.raises(UnknownKey, match="there are 50176 elements of 'conv2d'"):
        session.ask({"get": f"/t/2/{value}/sum/{flat}"}).result(60)


def test_nan_and_infinity_are_null_beside_their_text(tmp_path: Path) -> None:
    model = onnx_twin(tmp_path)
    session = Session(model, model=1, emit=lambda _: None, scratch=tmp_path)
    array = np.full((1, 3, 14, 14), np.inf, np.float32)
    np.save(tmp_path / "inf.npy", array)
    args = {"trace": 2, "input": {"path": str(tmp_path / "inf.npy"), "name": "inf.npy"}}
    session.ask({"command": "run", "args": args})
    assert session.ask({"get": "/t/2/info"}).result(60).json()["kept"]
    told = ask(session, "conv2d:linear", 30)
    assert told["captured_text"] in ("nan", "inf", "-inf")
    assert (told["captured"], told["difference"]) == (None, None)
    assert told["verdict"] == "equal"
    assert {term["input"]["text"] for term in told["terms"]} <= {"inf", "0"}
