"""What the page opens: several files that belong to one model, and files that hold code."""

from __future__ import annotations

import base64
import builtins
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from browser.driver import Server, Tab, start
from onnx import TensorProto, helper, numpy_helper

DROP = """
files => {
  const data = new DataTransfer();
  for (const [name, body] of files) {
    const bytes = Uint8Array.from(atob(body), c => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: '' }));
  }
  for (const what of ['dragenter', 'dragover', 'drop']) {
    document.body.dispatchEvent(
      new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}
"""


def drop_all(one: Tab, *paths: Path) -> None:
    """Drop files on the page in one go."""
    one.page.evaluate(
        DROP, [[path.name, base64.b64encode(path.read_bytes()).decode()] for path in paths]
    )


def wait_for(one: Tab, name: str) -> None:
    one.page.wait_for_function(
        f"window.cutaway.state.opened.value?.graph.facts.name === {name!r}"
        " && window.cutaway.state.trace.value !== null"
    )
    one.idle()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with nothing open."""
    server = start(tmp_path_factory.mktemp("home"))
    yield server
    server.stop()


def outside(folder: Path) -> tuple[Path, Path]:
    """A Gemm whose weights lie in a file beside the model."""
    weight = numpy_helper.from_array(np.eye(64, dtype=np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], "product")],
        "outside",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 64))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 64))],
        [weight],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    path = folder / "outside.onnx"
    onnx.save(model, path, save_as_external_data=True, location="far.bin", size_threshold=0)
    return path, folder / "far.bin"


def test_an_onnx_file_is_opened_with_its_external_data(
    empty: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    model, data = outside(tmp_path)
    one = tab("small")
    one.page.goto(empty.url)
    one.page.get_by_role("button", name="Open the demo").wait_for()
    # The data first: the model is found by what it is, not by its place.
    drop_all(one, data, model)
    wait_for(one, "outside.onnx")
    assert one.page.evaluate("window.cutaway.state.trace.value.state") == "done"


def test_an_openvino_pair_is_opened_from_the_picker(
    empty: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    import openvino
    from openvino import opset13 as ops

    x = ops.parameter([1, 4], np.float32, name="x")
    y = ops.relu(ops.matmul(x, ops.constant(np.eye(4, dtype=np.float32)), False, False))
    openvino.save_model(
        openvino.Model([y], [x], "pair"), tmp_path / "pair.xml", compress_to_fp16=False
    )
    one = tab("small")
    one.page.goto(empty.url)
    one.page.locator(".drop-zone input[type=file]").set_input_files(
        [tmp_path / "pair.bin", tmp_path / "pair.xml"]
    )
    wait_for(one, "pair.xml")
    assert one.page.evaluate("window.cutaway.state.trace.value.state") == "done"


@pytest.mark.allows_errors
def test_a_model_dropped_without_its_data_says_which_file_it_wants(
    empty: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    model, _ = outside(tmp_path)
    one = tab("small")
    one.page.goto(empty.url)
    one.page.get_by_role("button", name="Open the demo").wait_for()
    drop_all(one, model)
    one.page.get_by_role("alert").filter(has_text="far.bin").first.wait_for()


class Marker:
    """Pickled, it makes a file of whoever reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return builtins.open, (str(self.path), "w")


@pytest.mark.allows_errors
@pytest.mark.parametrize("by", ["path", "drop"])
def test_code_in_a_file_runs_only_once_it_is_confirmed(
    empty: Server, tab: Callable[..., Tab], tmp_path: Path, by: str
) -> None:
    marker, model = tmp_path / "ran", tmp_path / "model.pkl"
    # A word of it names scikit-learn, by which such pickles are known.
    model.write_bytes(pickle.dumps(("sklearn.svm", Marker(marker))))
    one = tab("small")
    one.page.goto(empty.url)
    field = one.page.get_by_label("Or a path on the machine")
    field.wait_for()
    if by == "drop":
        drop_all(one, model)
    else:
        field.fill(str(model))
        field.press("Enter")
    alert = one.page.get_by_role("alert").filter(has_text="--trust")
    offer = alert.get_by_role("button", name="Open it all the same")
    offer.click()
    dialog = one.page.get_by_role("dialog", name="Run the code in this file?")
    assert "run on this computer with your rights" in dialog.inner_text()
    dialog.get_by_role("button", name="Leave it closed").click()
    dialog.wait_for(state="hidden")
    assert not marker.exists()
    if by == "drop":
        drop_all(one, model)
    else:
        field.fill(str(model))
        field.press("Enter")
    offer.click()
    assert not marker.exists()
    dialog.get_by_role("button", name="Run its code").click()
    # It is no model all the same, and that is said without the offer.
    one.page.get_by_role("alert").filter(has_text="model.pkl").first.wait_for()
    one.page.wait_for_timeout(1500)
    assert marker.exists()
    assert offer.count() == 0
