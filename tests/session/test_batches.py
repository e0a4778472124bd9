"""Readings of every item of a batch: as if the item had been fed alone."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from session.made_outputs import constant_outputs

import cutaway
from cutaway.errors import InputError

SHAPE = ("batch", 3, 64, 96)


@pytest.fixture
def means(tmp_path):
    """Three classes: the sigmoid of ten times the mean of each channel less a half."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Sub", ["mean", "half"], ["apart"]),
        helper.make_node("Mul", ["apart", "ten"], ["logits"]),
    ]
    held = [
        numpy_helper.from_array(np.float32(0.5), "half"),
        numpy_helper.from_array(np.float32(10), "ten"),
    ]
    entry = helper.make_tensor_value_info("image", TensorProto.FLOAT, SHAPE)
    end = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ("batch", 3))
    graph = helper.make_graph(nodes, "means", [entry], [end], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, tmp_path / "means.onnx")
    return tmp_path / "means.onnx"


@pytest.fixture
def fed(tmp_path):
    array = np.full((3, 3, 64, 96), 0.1, np.float32)
    for item in range(3):
        array[item, item] = 0.5 + item / 10
    np.save(tmp_path / "fed.npy", array)
    return tmp_path / "fed.npy"


def test_each_item_has_its_classes_and_its_cells(means, fed):
    with cutaway.open(means) as model:
        trace = model.run(fed)
        (reading,) = trace.readings()
        assert reading.kind == "classes"
        assert reading.summary.startswith("class 0")
        raw = trace["logits"]
        for item in range(3):
            content = reading.content(batch=item)
            assert content["top"][0] == item
            values = [one["value"] for one in content["classes"]]
            np.testing.assert_allclose(values, raw[item], rtol=1e-6)
            flats = [one["cells"][0]["flat"] for one in content["classes"]]
            np.testing.assert_array_equal(raw.reshape(-1)[flats], raw[item])
            key = f"/t/{trace.id}/reading/{reading.document['id']}/item?batch={item}"
            told = model.session.get(key).result().json()
            assert told["summary"].startswith(f"class {item}")
            assert told["id"] == reading.document["id"]
        with pytest.raises(InputError, match="from 0 to 2; got '3'"):
            reading.content(batch=3)


def test_items_read_alone_give_the_same(means, fed, tmp_path):
    whole = np.load(fed)
    with cutaway.open(means) as model:
        together = model.run(fed).readings()[0]
        for item in range(3):
            np.save(tmp_path / "alone.npy", whole[item : item + 1])
            alone = model.run(tmp_path / "alone.npy").readings()[0].content()
            content = together.content(batch=item)
            for one, other in zip(content["classes"], alone["classes"], strict=True):
                assert one["score"] == pytest.approx(other["score"])


def test_boxes_and_masks_of_an_item(tmp_path):
    rows = np.zeros((2, 9, 126), np.float32)
    rows[:, :4] = np.array([48, 32, 4, 4])[:, None]
    rows[0, :, 7] = [48, 32, 16, 32, 0, 0, 0.9, 0, 0]
    rows[1, :, 9] = [20, 20, 8, 8, 0.7, 0, 0, 0, 0]
    rows[1, :, 90] = [60, 40, 8, 8, 0, 0, 0, 0.6, 0]
    seg = np.zeros((2, 4, 64, 96), np.float32)
    seg[0, 1], seg[1, 2] = 5, 5
    path = constant_outputs(tmp_path / "two.onnx", {"output0": rows, "seg": seg}, shape=SHAPE)
    np.save(tmp_path / "fed.npy", np.zeros((2, 3, 64, 96), np.float32))
    with cutaway.open(path) as model:
        trace = model.run(tmp_path / "fed.npy")
        found = {one.kind: one for one in trace.readings()}
        boxes = found["boxes"]
        assert [len(boxes.content(batch=i)["items"]) for i in (0, 1)] == [1, 2]
        first, second = boxes.content(batch=1)["items"]
        assert first["box"] == pytest.approx([16, 16, 24, 24])
        assert second["index"] == 3
        raw = trace["output0"].reshape(-1)
        told = [float(raw[one["flat"]]) for one in first["cells"]]
        assert told == pytest.approx([20, 20, 8, 8, 0.7])
        assert len(boxes.content(batch=1, score=0.65)["items"]) == 1
        masks = found["masks"]
        for item, wanted in ((0, 1), (1, 2)):
            assert [one["index"] for one in masks.content(batch=item)["classes"]] == [wanted]
        assert not np.array_equal(masks.picture(batch=0), masks.picture(batch=1))
        key = f"/t/{trace.id}/reading/{masks.document['id']}/at?x=5&y=5&batch=1"
        cell = model.session.get(key).result().json()["cells"][0]
        assert trace["seg"].reshape(-1)[cell["flat"]] == 5


def test_new_labels_hold_for_every_item(means, fed, tmp_path):
    (tmp_path / "names.txt").write_text("red\ngreen\nblue\n", "utf-8")
    with cutaway.open(means) as model:
        trace = model.run(fed)
        told = model.session.command("labels", {"path": str(tmp_path / "names.txt")}).result()
        number = told.json()["readings"]["readings"][0]["id"]
        key = f"/t/{trace.id}/reading/{number}/item?batch=2"
        assert model.session.get(key).result().json()["summary"].startswith("blue")
