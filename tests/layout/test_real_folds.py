"""Real networks, folded, and every group laid out."""

from collections import Counter

import pytest
from layout.graphs import reaches

from cutaway.graph import MOST, fold
from cutaway.layout import Places
from cutaway.loaders.onnx import LOADER
from cutaway.settings import Options

pytestmark = pytest.mark.data

FILES = [
    "attention.onnx",
    "basic_pitch.onnx",
    "dtln_1.onnx",
    "face_rfb_320.onnx",
    "mnist.onnx",
    "portrait_deeplab.onnx",
    "silero_vad.onnx",
    "super_resolution.onnx",
    "xgboost_trees.onnx",
    "yunet_dynamic.onnx",
]


def read(data, name):
    return LOADER.open(data / "models" / "onnx" / name, lambda _: None, Options()).graph


@pytest.mark.parametrize("name", FILES)
def test_every_node_of_a_real_network_is_in_one_small_layout(data, name):
    folded = fold(read(data, name))
    places = Places(folded)
    layouts = [places.of(group.id) for group in folded.groups if group.what != "fused"]
    nodes = Counter(c.id for lay in layouts for c in lay.children if c.what == "node")
    assert nodes == Counter(range(len(folded.nodes)))
    groups = Counter(c.id for lay in layouts for c in lay.children if c.what == "group")
    assert groups == Counter(g.id for g in folded.groups[1:] if g.what != "fused")
    for layout in layouts:
        inner = [child for child in layout.children if child.what in ("node", "group")]
        assert len(inner) <= MOST
        assert len({(c.rank, c.lane) for c in layout.children}) == len(layout.children)
        for edge in layout.edges:
            source, target = layout.children[edge.source], layout.children[edge.target]
            # A scope that the flow enters twice makes a cycle of groups.
            assert source.rank < target.rank or reaches(layout, edge.target, edge.source)


def test_a_face_detector_without_names_shows_its_receptive_field_block(data):
    folded = fold(read(data, "face_rfb_320.onnx"))
    assert {group.what for group in folded.groups[1:]} == {"found"}
    inside = [
        [node.op for node in folded.nodes if node.group == group.id] for group in folded.groups
    ]
    # The block with branches of dilated convolutions, from where they part to their sum.
    (block,) = [ops for ops in inside if "Concat" in ops and ops[-1] == "Add" and len(ops) == 30]
    assert block.count("Conv") == 12
    # Root, and no group, has the whole trunk.
    assert max(len(ops) for ops in inside) < 60


def test_inverted_residuals_keep_the_names_of_their_file(data):
    folded = fold(read(data, "portrait_deeplab.onnx"))
    backbone = next(group for group in folded.groups if group.title == "MobilenetV2")
    titles = [group.title for group in folded.groups if group.parent == backbone.id]
    assert titles == ["Conv", "expanded_conv", *(f"expanded_conv_{i}" for i in range(1, 17))]
