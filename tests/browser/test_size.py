"""Ten thousand nodes: folded at first, unfolded where asked, found, flown to, linked to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import pytest
from browser.driver import Server, Tab, start

from bench import graphs

NODES = 10_000


@pytest.fixture(scope="module")
def big(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("big")
    model = graphs.transformer(folder / "big.onnx", NODES)
    server = start(folder / "home", "open", str(model))
    yield server
    server.stop()


@pytest.fixture
def one(big: Server, tab: Callable[..., Tab]) -> Tab:
    return tab("small").open(big.url)


def drawn(one: Tab) -> dict[str, int]:
    return one.page.evaluate("window.cutaway.drawn()")


def fold(one: Tab, what: str) -> None:
    one.page.evaluate(f"window.cutaway.folding.{what}")
    one.idle()


def group_named(one: Tab, name: str) -> int:
    return one.page.evaluate(
        """name => {
          const graph = window.cutaway.state.opened.value.graph;
          for (let id = 1; id < graph.groupCount; id++) {
            if (graph.group(id).name === name) return id;
          }
          return -1;
        }""",
        name,
    )


def labels(one: Tab) -> list[dict[str, float]]:
    return one.page.evaluate("window.cutaway.labels()")


def place_of(one: Tab, group: int) -> tuple[float, float]:
    """The middle of a folded group's base on screen, between its ports."""
    ports = [p for p in one.page.evaluate("window.cutaway.ports()") if p["group"] == group]
    assert ports, "the group is not folded in view"
    xs, ys = [p["x"] for p in ports], [p["y"] for p in ports]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def layouts_asked(one: Tab) -> int:
    return len([url for url in one.asked if "/layouts/" in url])


def test_the_first_picture_is_folded_to_what_a_screen_can_hold(one: Tab) -> None:
    assert one.page.evaluate("window.cutaway.state.opened.value.graph.nodeCount") > NODES
    now = drawn(one)
    assert 12 <= now["blocks"] <= 90
    assert now["specks"] == 0
    # Every folded group shows the maps that leave it.
    assert now["sheets"] == now["blocks"]
    texts = {label["text"].split("\n")[0] for label in labels(one)}
    assert sum(text.startswith("▸ ") for text in texts) >= now["blocks"] // 2
    # Nothing is fetched for what is not visible.
    asked = [key for url in one.asked for key in url.split("key=") if "overview" in key]
    assert 0 < len(asked) <= now["sheets"] * 2


def test_a_group_opens_where_it_stands_and_folds_again(one: Tab) -> None:
    stage = group_named(one, "encoder/stage/3/layer")
    # All layouts come by themselves once nothing else waits; from then on no fold asks the server.
    pages = one.page.evaluate("Math.ceil(window.cutaway.state.opened.value.graph.groupCount / 256)")
    for _ in range(100):
        if (asked := layouts_asked(one)) == pages:
            break
        one.page.wait_for_timeout(100)
    assert asked == pages
    x, y = place_of(one, stage)
    one.page.mouse.dblclick(x, y)
    one.page.wait_for_function(f"window.cutaway.state.unfolded.value.has({stage})")
    one.idle()
    assert drawn(one)["groups"] == 1
    shown = {label["text"].split("\n")[0] for label in labels(one)}
    assert {f"▸ layer.{i}" for i in range(30, 40)} <= shown
    assert layouts_asked(one) == pages
    one.page.keyboard.press("[")
    one.page.wait_for_function(f"!window.cutaway.state.unfolded.value.has({stage})")
    one.idle()
    assert drawn(one)["groups"] == 0


def test_everything_unfolds_and_what_is_drawn_stays_bounded(one: Tab) -> None:
    folded = drawn(one)
    fold(one, "unfoldAll()")
    opened = drawn(one)
    assert opened["groups"] > 300
    assert 1000 < opened["specks"] <= 4500
    assert opened["sheets"] <= 600
    assert opened["edges"] <= 10_000
    fold(one, "foldAll()")
    assert drawn(one) == folded


def test_labels_never_pile_up_whatever_stands_open(one: Tab) -> None:
    for what in ("unfoldTo(1)", "unfoldTo(2)", "unfoldAll()"):
        fold(one, what)
        placed = labels(one)
        assert placed
        for a, b in combinations(placed, 2):
            apart = (
                a["right"] <= b["left"]
                or b["right"] <= a["left"]
                or a["bottom"] <= b["top"]
                or b["bottom"] <= a["top"]
            )
            assert apart, (what, a, b)


def test_a_node_is_found_by_what_is_typed_and_flown_to(one: Tab) -> None:
    one.page.keyboard.press("/")
    one.page.keyboard.type("op:Softmax layer.250")
    one.page.wait_for_function("window.cutaway.state.lit.value.size === 1")
    one.page.keyboard.press("Enter")
    one.page.wait_for_function("window.cutaway.state.focused.value !== null")
    one.idle()
    focused = one.state("focused")
    name = one.page.evaluate(f"window.cutaway.state.opened.value.graph.nodeName({focused})")
    assert name == "/encoder/stage.25/layer.250/attention/scores/Softmax"
    near = {label["text"].split("\n")[0] for label in labels(one)}
    assert "Softmax" in near
    one.page.keyboard.press("Escape")  # the search
    one.page.keyboard.press("Escape")  # what it lit
    one.page.wait_for_function("window.cutaway.state.lit.value.size === 0")


def test_a_link_brings_a_colleague_to_the_same_place(one: Tab, tab: Callable[..., Tab]) -> None:
    stage = group_named(one, "encoder/stage/7/layer")
    fold(one, f"unfold({stage})")
    one.page.keyboard.press("/")
    one.page.keyboard.type("op:Softmax layer.72")
    one.page.wait_for_function("window.cutaway.state.lit.value.size === 1")
    one.page.keyboard.press("Enter")
    one.page.wait_for_function("window.cutaway.state.focused.value !== null")
    one.idle()
    one.page.wait_for_timeout(700)  # the address follows when the camera rests
    other = tab("small").open(one.page.url)
    other.page.wait_for_function("window.cutaway.state.focused.value !== null")
    other.idle()
    for name in ("focused", "opened.value.id"):
        assert other.page.evaluate(
            f"window.cutaway.state.{name.removesuffix('.value')}?.value ?? "
            f"window.cutaway.state.{name}"
        ) == one.page.evaluate(
            f"window.cutaway.state.{name.removesuffix('.value')}?.value ?? "
            f"window.cutaway.state.{name}"
        )
    unfolded = "[...window.cutaway.state.unfolded.value].sort((a, b) => a - b)"
    assert other.page.evaluate(unfolded) == one.page.evaluate(unfolded)
    here, there = (t.page.evaluate("window.cutaway.camera()") for t in (one, other))
    for a, b in zip(here["target"] + here["eye"], there["target"] + there["eye"], strict=True):
        assert a == pytest.approx(b, abs=0.05)


def test_back_goes_to_what_was_seen_before(one: Tab) -> None:
    stage = group_named(one, "encoder/stage/1/layer")
    fold(one, f"unfold({stage})")
    one.page.wait_for_timeout(700)
    one.page.go_back()
    one.page.wait_for_function(f"!window.cutaway.state.unfolded.value.has({stage})")
    one.page.go_forward()
    one.page.wait_for_function(f"window.cutaway.state.unfolded.value.has({stage})")
    one.idle()


def test_the_small_map_shows_the_view_and_moves_it(one: Tab) -> None:
    fold(one, "unfoldTo(1)")
    one.page.mouse.move(640, 300)
    for _ in range(12):
        one.page.mouse.wheel(0, -240)
    one.idle()
    box = one.page.locator("canvas.minimap").bounding_box()
    assert box is not None
    before = one.page.evaluate("window.cutaway.camera()")["target"]
    one.page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.8)
    one.idle()
    after = one.page.evaluate("window.cutaway.camera()")["target"]
    assert after[0] > before[0] + 1


def test_a_rectangle_drawn_with_shift_is_zoomed_to(one: Tab) -> None:
    before = one.page.evaluate("window.cutaway.camera()")
    one.page.keyboard.down("Shift")
    one.page.mouse.move(300, 120)
    one.page.mouse.down()
    one.page.mouse.move(420, 200, steps=4)
    one.page.mouse.up()
    one.page.keyboard.up("Shift")
    one.idle()
    after = one.page.evaluate("window.cutaway.camera()")
    assert after["eye"][2] < before["eye"][2] * 0.5


def test_the_outline_is_in_step_with_the_scene(tab: Callable[..., Tab], big: Server) -> None:
    one = tab("large").open(big.url)
    tree = one.page.get_by_role("tree")
    rows = tree.get_by_role("treeitem")
    assert rows.count() < 120  # only rows in view are in the document
    stage = group_named(one, "encoder/stage/0/layer")
    fold(one, f"unfold({stage})")
    open_row = tree.locator('[role="treeitem"][aria-expanded="true"]')
    assert open_row.count() == 1
    fold(one, "foldAll()")
    assert open_row.count() == 0


def test_what_is_not_a_number_is_listed_and_flown_to(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    import onnx
    from onnx import helper

    nodes = [helper.make_node("Relu", ["x"], ["a"], "first")]
    nodes += [helper.make_node("Neg", ["a"], ["b"], "turned")]
    nodes += [helper.make_node("Log", ["b"], ["c"], "broken")]
    nodes += [helper.make_node("Neg", ["c"], ["d"], "after")]
    made = [helper.make_tensor_value_info(n, 1, (1, 3, 8, 8)) for n in ("x", "d")]
    graph = helper.make_graph(nodes, "nan", made[:1], made[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, tmp_path / "nan.onnx")
    one = tab("small").open(serve("open", tmp_path / "nan.onnx").url)
    one.page.keyboard.press("x")
    one.page.wait_for_function("window.cutaway.state.focused.value !== null")
    assert one.state("focused") == 2
    one.page.keyboard.press("/")
    one.page.keyboard.type("is:nan")
    one.page.wait_for_function("window.cutaway.state.lit.value.size === 2")
