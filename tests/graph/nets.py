"""Graphs to fold: networks written down in short, and any network at all."""

from hypothesis import strategies as st

from cutaway.graph import Graph, Group, Node, Read, Value

ROOT = Group(0, "", None, "root")


class Net:
    """A graph under construction; values are told by their ids."""

    def __init__(self, inputs=1):
        self.values = [Value(i, f"in{i}", None, None, "input") for i in range(inputs)]
        self.inputs = tuple(range(inputs))
        self.nodes = []

    def value(self, what="activation", shape=None):
        self.values.append(Value(len(self.values), f"v{len(self.values)}", shape, None, what))
        return len(self.values) - 1

    def add(self, op, *reads, scope="", weight=None, writes=1, **attributes):
        """One node; its (last) output."""
        number = len(self.nodes)
        read = [Read(value, "data") for value in reads]
        if weight is not None:
            read.append(Read(self.value("weight", weight), "kernel"))
        out = tuple(self.value() for _ in range(writes))
        node = Node(number, f"n{number}", op, tuple(read), out, scope, 0, op, attributes)
        self.nodes.append(node)
        return out[-1]

    def graph(self, outputs=(), fused=(), order=None):
        """The graph; groups from the scopes, as loaders make them, or in another order."""
        paths = {scope[:at] for node in self.nodes for scope in [node.scope] for at in ends(scope)}
        paths = sorted(paths) if order is None else order(sorted(paths))
        number = {"": 0} | {path: at for at, path in enumerate(paths, 1)}
        groups = [
            Group(
                number[path],
                path,
                number[path.rpartition("/")[0]],
                "fused" if path in fused else "scope",
            )
            for path in paths
        ]
        nodes = [
            Node(n.id, n.name, n.op, n.reads, n.writes, n.scope, number[n.scope], n.kind,
                 n.kind_attributes)
            for n in self.nodes
        ]  # fmt: skip
        return Graph(tuple(nodes), tuple(self.values), (ROOT, *groups), self.inputs, tuple(outputs))


def ends(scope):
    """Where the parts of a path end."""
    return [at for at in range(1, len(scope) + 1) if scope[at : at + 1] in ("/", "")]


def chain(count, ops=("Relu", "Neg")):
    net, last = Net(), 0
    for i in range(count):
        last = net.add(ops[i % len(ops)], last)
    return net.graph([last])


def residual(net, x, width=64, scope=""):
    """Seven nodes: a branch of five, the sum, and an activation."""
    shape = (width, width, 3, 3)
    y = net.add("Relu", net.add("Conv", x, weight=shape, scope=scope), scope=scope)
    y = net.add("Relu", net.add("Conv", y, weight=shape, scope=scope), scope=scope)
    y = net.add("Conv", y, weight=shape, scope=scope)
    return net.add("Relu", net.add("Add", y, x, scope=scope), scope=scope)


def layer(net, x, mask=None):
    """Fifteen nodes of an encoder: attention with a skip, then dense layers with a skip."""
    normed = net.add("LayerNormalization", x)
    q, k, v = (net.add("MatMul", normed, weight=(8, 8)) for _ in range(3))
    scores = net.add("MatMul", q, net.add("Transpose", k))
    if mask is not None:
        scores = net.add("Add", scores, mask)
    mixed = net.add("MatMul", net.add("Softmax", scores), v)
    x = net.add("Add", net.add("MatMul", mixed, weight=(8, 8)), x)
    y = net.add("MatMul", net.add("LayerNormalization", x), weight=(8, 32))
    return net.add("Add", net.add("MatMul", net.add("Gelu", y), weight=(32, 8)), x)


@st.composite
def any_graphs(draw, cycles=False, most=40):
    """Branches, skips, scopes four deep, fused pairs, values from nowhere, values written twice."""
    net = Net(draw(st.integers(0, 3)))
    count = draw(st.integers(0, most))
    scopes = draw(st.lists(st.sampled_from(SCOPES), min_size=1, max_size=6))
    fused = set()
    near = draw(st.booleans())
    for i in range(count):
        known = len(net.values)
        high = known + 3 if cycles or draw(st.integers(0, 20)) == 0 else known - 1
        low = max(0, high - 4) if near else 0
        reads = draw(st.lists(st.integers(low, high), max_size=3)) if high >= low else []
        scope = scopes[draw(st.integers(0, len(scopes) - 1))]
        if draw(st.integers(0, 6)) == 0:
            scope = f"{scope}/f{i}".lstrip("/")
            fused.add(scope)
            reads = [net.add("Conv", *reads, scope=scope)]
        net.add(draw(st.sampled_from(["Conv", "Relu", "Add"])), *reads, scope=scope,
                writes=draw(st.sampled_from([1, 1, 1, 2])))  # fmt: skip
    missing = max((read.value for n in net.nodes for read in n.reads), default=-1)
    while len(net.values) <= missing:
        net.value()
    values = st.integers(0, max(0, len(net.values) - 1))
    outputs = draw(st.lists(values, max_size=3)) if net.values else []
    order = draw(st.sampled_from([None, reversed]))
    return net.graph(outputs, fused, order and (lambda paths: list(order(paths))))


SCOPES = ["", "a", "a/b", "a/b/c", "a/b/c/d", "a/b/e", "g", "g/h", "a/i"]
