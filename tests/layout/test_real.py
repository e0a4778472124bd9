"""Layouts of real networks, read from ONNX files as plainly as can be."""

import onnx
import pytest

from cutaway.graph import Graph, Group, Node, Read, Value
from cutaway.layout import place

pytestmark = pytest.mark.data

FILES = [
    "face_rfb_320.onnx",
    "yunet_dynamic.onnx",
    "portrait_deeplab.onnx",
    "basic_pitch.onnx",
    "dtln_1.onnx",
    "mnist.onnx",
    "super_resolution.onnx",
    "xgboost_trees.onnx",
]
PARAMETER = {"Reshape": "shape", "Gather": "indices", "Slice": "starts", "Unsqueeze": "axes"}


def read(path):
    """The operators and the tensors between them; Constant operators are constants."""
    graph = onnx.load(path).graph
    constant = [name for node in graph.node if node.op_type == "Constant" for name in node.output]
    fixed = {tensor.name for tensor in graph.initializer} | set(constant)
    number, values = {}, []

    def value(name, what):
        if name not in number:
            number[name] = len(values)
            values.append(Value(len(values), name, None, None, what))
        return number[name]

    inputs = [value(one.name, "input") for one in graph.input if one.name not in fixed]
    for name in sorted(fixed):
        value(name, "weight")
    nodes = []
    for node in (node for node in graph.node if node.op_type != "Constant"):
        reads = [
            Read(
                value(name, "activation"),
                PARAMETER.get(node.op_type, "data") if port else "data",
            )
            for port, name in enumerate(node.input)
            if name
        ]
        writes = tuple(value(name, "activation") for name in node.output if name)
        nodes.append(Node(len(nodes), f"{len(nodes)}", node.op_type, tuple(reads), writes))
    return Graph(tuple(nodes), tuple(values), (Group(0, "", None, "root"),), tuple(inputs), ())


@pytest.mark.parametrize("name", FILES)
def test_real_networks_keep_every_promise(data, name):
    graph = read(data / "models" / "onnx" / name)
    layout = place(graph, 0)
    assert len(layout.children) == len(graph.nodes) + len(graph.inputs)
    taken = {(child.rank, child.lane) for child in layout.children}
    assert len(taken) == len(layout.children)
    passed = {}
    for edge in layout.edges:
        source, target = layout.children[edge.source], layout.children[edge.target]
        assert [rank for rank, _ in edge.points] == list(range(source.rank + 1, target.rank))
        assert taken.isdisjoint(edge.points)
        for point in edge.points:
            assert passed.setdefault(point, edge.value) == edge.value
    lanes = {lane for _, lane in taken | passed.keys()}
    assert lanes == set(range(layout.lanes))


def operators(graph, layout, lane):
    inside = [child for child in layout.children if child.lane == lane and child.what == "node"]
    return [graph.nodes[child.id].op for child in sorted(inside, key=lambda child: child.rank)]


def test_a_network_of_residual_blocks_is_one_line_under_its_skips(data):
    graph = read(data / "models" / "onnx" / "portrait_deeplab.onnx")
    layout = place(graph, 0)
    assert layout.lanes == 2
    # Only the branch that looks at the whole picture leaves the line, near the end.
    assert operators(graph, layout, 0) == ["Conv", "BatchNormalization", "Relu"]
    adds = [node.id for node in graph.nodes if node.op == "Add"]
    assert len(adds) == 10
    skips = [
        edge
        for edge in layout.edges
        if edge.points and graph.nodes[layout.children[edge.target].id].op == "Add"
    ]
    assert len(skips) == len(adds)
    assert {lane for edge in skips for _, lane in edge.points} == {0}


def test_heads_of_a_detector_run_beside_its_trunk(data):
    graph = read(data / "models" / "onnx" / "yunet_dynamic.onnx")
    layout = place(graph, 0)
    trunk = operators(graph, layout, layout.children[0].lane)
    assert trunk.count("MaxPool") == sum(node.op == "MaxPool" for node in graph.nodes)
    # The trunk goes on through data: what works out shapes is beside it.
    assert not {"Shape", "Gather"} & set(trunk)
    reshaped = [child for child in layout.children if child.what == "node"]
    for child in reshaped:
        node = graph.nodes[child.id]
        if node.op == "Reshape":
            made = next(
                e for e in layout.edges if layout.children[e.target] == child and e.port == 0
            )
            assert layout.children[made.source].lane == child.lane


def test_a_chain_of_layers_is_one_lane(data):
    layout = place(read(data / "models" / "onnx" / "super_resolution.onnx"), 0)
    assert layout.lanes == 1
