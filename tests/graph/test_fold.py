import pytest
from graph.nets import Net, chain, layer, residual

from cutaway.graph import MOST, Graph, Group, fold, repeats


def titles(graph, parent=0):
    return [group.title for group in graph.groups if group.parent == parent]


def children(graph):
    """Number of direct children by group; there are no fused ones here."""
    found = [0] * len(graph.groups)
    for node in graph.nodes:
        found[node.group] += 1
    for group in graph.groups[1:]:
        found[group.parent] += 1
    return found


def test_no_node_at_all():
    empty = Graph((), (), (Group(0, "", None, "root"),), (), ())
    assert fold(empty) == empty
    one = fold(chain(1))
    assert [node.group for node in one.nodes] == [0]
    assert one.groups[0].nodes == 1


def test_a_small_flat_graph_stays_as_it_is():
    graph = chain(60)
    assert fold(graph).nodes == graph.nodes
    assert len(fold(graph).groups) == 1


def test_a_scope_with_one_thing_in_it_is_left_out_and_its_name_stays_to_be_seen():
    net = Net()
    stem = net.add("Relu", 0, scope="stem")
    for i in range(2):
        inner = net.add("Conv", stem, scope=f"encoder/layers/{i}")
        stem = net.add("Relu", inner, scope=f"encoder/layers/{i}")
    folded = fold(net.graph([stem]))
    assert [(g.name, g.title, g.nodes) for g in folded.groups[1:]] == [
        ("encoder/layers", "encoder/layers", 4),
        ("encoder/layers/0", "layers.0", 2),
        ("encoder/layers/1", "layers.1", 2),
    ]
    assert folded.nodes[0].group == 0
    assert folded.nodes[0].scope == "stem"


def test_a_group_that_holds_everything_is_left_out():
    net = Net()
    last = net.add("Relu", 0, scope="model/a")
    last = net.add("Relu", last, scope="model/a")
    net.add("Relu", last, scope="model")
    folded = fold(net.graph())
    assert [(g.name, g.title) for g in folded.groups[1:]] == [("model/a", "model/a")]


def test_groups_alike_know_the_first_of_them():
    net, last = Net(), 0
    for i, width in enumerate([64, 64, 128, 128]):
        last = residual(net, last, width, scope=f"layers.{i}")
    folded = fold(net.graph([last]))
    assert [group.alike for group in folded.groups] == [None, 1, 1, 3, 3]
    assert repeats(folded) == {0: ((2, "layers"), (2, "layers"))}


@pytest.mark.parametrize("change", ["operator", "attribute", "wiring"])
def test_groups_that_differ_are_not_alike(change):
    net, last = Net(), 0
    for i in range(2):
        odd = change if i else ""
        one = net.add("Conv", last, scope=f"b{i}", strides=[2 if odd == "attribute" else 1])
        two = net.add("Sigmoid" if odd == "operator" else "Relu", one, scope=f"b{i}")
        reads = (two, one) if odd == "wiring" else (one, two)
        last = net.add("Sub", *reads, scope=f"b{i}")
    assert [group.alike for group in fold(net.graph()).groups] == [None] * 3


def test_residual_blocks_without_names_are_found():
    net = Net()
    last = net.add("Relu", net.add("Conv", 0, weight=(64, 3, 7, 7)))
    for width in (64, 64, 64, 128, 128, 128, 256, 256, 256):
        last = residual(net, last, width)
    last = net.add("Gemm", net.add("Flatten", last), weight=(10, 64))
    folded = fold(net.graph([last]))
    assert titles(folded) == [f"block {i}" for i in range(1, 10)]
    assert [group.nodes for group in folded.groups[1:]] == [7] * 9
    assert [group.what for group in folded.groups[1:]] == ["found"] * 9
    assert [node.op for node in folded.nodes if node.group == 0] == [
        *("Conv", "Relu", "Flatten", "Gemm")
    ]
    assert {folded.nodes[at].op for at in range(2, 65, 7)} == {"Conv"}
    assert repeats(folded) == {0: ((3, "block"),) * 3}


def test_blocks_that_come_twice_in_the_same_order_are_no_larger_block():
    # The stages of a ResNet-50: a block that changes the size, then 2, 3, 5, 2 that do not.
    net, last = Net(), 0
    for count in (2, 3, 5, 2):
        branch = net.add("Conv", last, strides=[2, 2])
        branch = net.add("Relu", net.add("Conv", net.add("Relu", branch)))
        last = net.add("Relu", net.add("Add", net.add("Conv", last, strides=[2, 2]), branch))
        for _ in range(count):
            last = residual(net, last)
    folded = fold(net.graph([last]))
    assert titles(folded) == [f"block {i}" for i in range(1, 17)]
    assert len(folded.groups) == 17


def test_straight_blocks_without_names_begin_at_their_convolution():
    net = Net()
    last = net.add("Relu", net.add("Conv", 0, weight=(8, 3, 3, 3), strides=[2, 2]))
    for _ in range(13):
        for group in (8, 1):
            last = net.add("Conv", last, weight=(8, 8 // group, 3, 3), group=group)
            last = net.add("Relu", net.add("BatchNormalization", last))
    folded = fold(net.graph([last]))
    assert titles(folded) == [f"block {i}" for i in range(1, 14)]
    for group in folded.groups[1:]:
        inside = [node.op for node in folded.nodes if node.group == group.id]
        assert inside == ["Conv", "BatchNormalization", "Relu"] * 2


@pytest.mark.parametrize("masked", [False, True])
def test_encoder_layers_without_names_are_found(masked):
    net = Net()
    last, mask = 0, net.add("Cast", 0) if masked else None
    for _ in range(30):
        last = layer(net, last, mask)
    folded = fold(net.graph([last]))
    size = 16 if masked else 15
    blocks = [group for group in folded.groups if group.what == "found"]
    assert [group.nodes for group in blocks] == [size] * 30
    assert len({group.alike for group in blocks}) == 1
    assert repeats(folded) == {0: ((30, "block"),)}


def test_what_does_not_repeat_stays_flat_up_to_the_limit_and_is_cut_beyond():
    def irregular(count):
        net, values = Net(), [0]
        for i in range(count):
            values.append(net.add("Add", values[-1], values[i * i % len(values)], at=i))
        return net.graph()

    assert len(fold(irregular(MOST)).groups) == 1
    folded = fold(irregular(MOST + 1))
    assert max(children(folded)) <= 20
    assert titles(folded)[0] == "part 1"


def test_no_cut_vertex_anywhere():
    net, values = Net(), [0]
    for i in range(5_000):
        values.append(net.add("Add", *(values[max(0, i - back)] for back in (0, 1, 4))))
    assert max(children(fold(net.graph()))) <= MOST


def test_a_chain_of_fifty_thousand():
    folded = fold(chain(50_000))
    found = children(folded)
    assert max(found) <= MOST
    assert min(found) > 1
    # Nearly all parts are the same.
    parts = [group for group in folded.groups if group.parent == 1]
    assert repeats(folded)[1] == ((len(parts), "part"),)


def test_many_named_groups_side_by_side():
    net, last = Net(), 0
    for i in range(400):
        last = residual(net, last, scope=f"stage.{i}")
    folded = fold(net.graph([last]))
    assert max(children(folded)) <= MOST
    assert titles(folded)[:2] == ["stage.0 … 19", "stage.20 … 39"]
    assert titles(folded, 1)[0] == "stage.0"
    assert repeats(folded)[1] == ((20, "stage"),)


def test_scopes_nested_two_thousand_deep():
    net, last, scope = Net(), 0, ""
    for _ in range(2_000):
        scope = f"{scope}/s".lstrip("/")
        last = net.add("Relu", last, scope=scope)
    folded = fold(net.graph())
    assert len(folded.groups) == 1_999
    assert max(children(folded)) == 2


def test_a_name_of_ten_thousand_characters():
    net = Net()
    scope = "x" * 5_000 + "/" + "y" * 5_000
    net.add("Relu", net.add("Relu", 0, scope=scope), scope=scope)
    net.add("Relu", 0)
    assert [group.title for group in fold(net.graph()).groups[1:]] == [scope]


def test_siblings_stand_in_the_order_of_the_flow_not_of_the_file():
    # Node 0 is in "late", which also reads what "early" makes from the input.
    net = Net()
    constant = net.add("Relu", 0, scope="late")
    early = net.add("Relu", net.add("Relu", 0, scope="early"), scope="early")
    net.add("Add", early, constant, scope="late")
    assert titles(fold(net.graph())) == ["early", "late"]


def test_a_cycle_does_not_disturb_what_is_around_it():
    net = Net()
    first = net.add("Add", 0, 3, scope="loop")
    net.add("Relu", net.add("Relu", first, scope="loop"), scope="loop")
    net.add("Relu", 3, scope="after")
    net.add("Relu", len(net.values) - 1, scope="after")
    assert titles(fold(net.graph())) == ["loop", "after"]
