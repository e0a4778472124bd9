"""Names as paths of groups."""

from __future__ import annotations

from pathlib import Path

import pytest
from loaders.made import info, save
from onnx import helper

from cutaway.loaders import scopes
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/encoder/layers.3/attn/MatMul", "encoder/layers/3/attn/MatMul"),
        ("/encoder//dense/", "encoder/dense"),
        ("features.0.conv", "features/0/conv"),
        ("layers.3.1.conv", "layers/3/1/conv"),
        ("layer1.0", "layer1/0"),
        ("1.5", "1.5"),
        ("scale_1.5/Mul", "scale_1.5/Mul"),
        ("by 12.75 percent", "by 12.75 percent"),
        (".hidden", ".hidden"),
        ("end.", "end."),
        ("...", "..."),
        ("a..b", "a/b"),
        ("onnx::Conv_123", "onnx::Conv_123"),
        ("torch.nn::Conv/x", "torch.nn::Conv/x"),
        ("Conv_12", "Conv_12"),
        ("", ""),
        ("/", ""),
    ],
)
def test_slashes_and_dots_divide(name: str, path: str) -> None:
    assert scopes.path(name) == path


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("/layer1/layer1.0/conv1/Conv", "layer1/0/conv1/Conv"),
        ("/features/features.1/conv/conv.0/conv.0.0/Conv", "features/1/conv/0/0/Conv"),
        ("/a/b/b.c", "a/b/c"),
        ("/a/a/b", "a/a/b"),
        ("/a/c.a.b", "a/c/a/b"),
    ],
)
def test_what_an_exporter_repeats_is_there_once(name: str, path: str) -> None:
    assert scopes.path(name) == path


def test_a_name_of_thousands_of_parts_is_a_path_too(tmp_path: Path) -> None:
    name = "/".join(["a"] * 3000)
    nodes = [helper.make_node("Neg", ["x"], ["y"], name)]
    path = save(tmp_path, "deep", nodes, [info("x", 2)], [info("y", 2)])
    graph = LOADER.open(path, lambda _: None, Options()).graph
    assert graph.nodes[0].scope == name[:-2]
    assert len(graph.groups) == 3000


def test_nodes_lie_in_the_groups_of_their_names(tmp_path: Path) -> None:
    names = ["/net/layers.0/Neg", "/net/layers.1/Abs", "net.layers.1.act.Relu", "onnx::Neg_4"]
    nodes = [
        helper.make_node(name.rpartition("/")[2].rpartition(".")[2], [f"v{at}"], [f"v{at + 1}"])
        for at, name in enumerate(names[:3])
    ]
    nodes.append(helper.make_node("Neg", ["v3"], ["v4"]))
    for node, name in zip(nodes, names, strict=True):
        node.name = name
    path = save(tmp_path, "dots", nodes, [info("v0", 2)], [info("v4", 2)])
    graph = LOADER.open(path, lambda _: None, Options()).graph
    assert [node.name for node in graph.nodes] == names
    assert [node.scope for node in graph.nodes] == [
        "net/layers/0", "net/layers/1", "net/layers/1/act", "",
    ]  # fmt: skip
    assert [group.name for group in graph.groups] == [
        "", "net", "net/layers", "net/layers/0", "net/layers/1", "net/layers/1/act",
    ]  # fmt: skip
    assert [group.parent for group in graph.groups] == [None, 0, 1, 2, 2, 4]
