"""Costs against numbers worked out by hand."""

import pytest

from cutaway.graph import Cost, Graph, Group, Node, Read, Value, costs

ROOT = Group(0, "", None, "root")


def one(kind, out, reads, dtype="float32", outputs=1, **attributes):
    """A node that reads ``(role, what, shape, axes)`` and writes ``(shape, axes)``."""
    values = [
        Value(i, f"v{i}", shape, dtype, what, axes)
        for i, (_, what, shape, axes) in enumerate(reads)
    ]
    read = tuple(Read(i, role) for i, (role, *_) in enumerate(reads))
    writes = tuple(range(len(values), len(values) + outputs))
    values += [Value(i, f"v{i}", out[0], dtype, "activation", out[1]) for i in writes]
    node = Node(0, "n", kind, read, writes, kind=kind, kind_attributes=attributes)
    return Graph((node,), tuple(values), (ROOT,), (0,), writes)


def weight(shape, axes=None, role="kernel"):
    return role, "weight", shape, axes


def data(shape, axes=None, role="data"):
    return role, "activation", shape, axes


def test_the_first_convolution_of_alexnet():
    # 96 kernels of 11 x 11 x 3 at 55 x 55 places; the paper's 35 thousand weights.
    graph = one(
        "Conv",
        ((1, 96, 55, 55), "NCHW"),
        [
            data((1, 3, 227, 227), "NCHW"),
            weight((96, 3, 11, 11), "OIHW"),
            weight((96,), "O", "bias"),
        ],
    )
    assert costs(graph) == (Cost(34_944, 4 * (34_944 + 290_400), 105_415_200),)


def test_a_grouped_convolution_and_kerass_order_of_axes():
    # AlexNet's second one, in two groups: 256 kernels of 5 x 5 x 48 at 27 x 27 places.
    kernel = weight((256, 48, 5, 5), "OIHW")
    reads = [data((1, 96, 27, 27), "NCHW"), kernel]
    graph = one("Conv", ((1, 256, 27, 27), "NCHW"), reads, group=2)
    assert costs(graph)[0].multiply_adds == 223_948_800
    reads = [data((1, 27, 27, 96), "NHWC"), weight((5, 5, 48, 256), "HWIO")]
    graph = one("Conv", ((1, 27, 27, 256), "NHWC"), reads, group=2)
    assert costs(graph)[0].multiply_adds == 223_948_800


def test_a_depthwise_convolution():
    # 3 x 3 for each of 32 channels at 112 x 112 places: the first of MobileNet.
    for kernel in (weight((32, 1, 3, 3), "OIHW"), weight((3, 3, 32, 1), "HWIO")):
        reads = [data((1, 112, 112, 32), "NHWC"), kernel]
        graph = one("Conv", ((1, 112, 112, 32), "NHWC"), reads, group=32)
        assert costs(graph)[0].multiply_adds == 3_612_672


def test_a_transposed_convolution_counts_the_places_that_it_reads():
    reads = [data((1, 64, 8, 8), "NCHW"), weight((64, 32, 4, 4), "IOHW")]
    graph = one("ConvTranspose", ((1, 32, 16, 16), "NCHW"), reads)
    assert costs(graph)[0].multiply_adds == 8 * 8 * 64 * 32 * 16


@pytest.mark.parametrize(("shape", "axes"), [((9216, 4096), "IO"), ((4096, 9216), "OI")])
def test_a_dense_layer(shape, axes):
    # AlexNet's first one: the paper's 37 million weights.
    reads = [data((2, 9216), "NC"), weight(shape, axes), weight((4096,), "O", "bias")]
    (cost,) = costs(one("Gemm", ((2, 4096), "NC"), reads))
    assert cost.parameters == 37_752_832
    assert cost.multiply_adds == 2 * 37_748_736


def test_a_matrix_product_of_two_tensors_that_are_computed():
    # Scores of 12 heads, 197 tokens, 64 numbers each.
    reads = [data((1, 12, 197, 64)), data((1, 12, 64, 197))]
    (cost,) = costs(one("MatMul", ((1, 12, 197, 197), None), reads))
    assert cost == Cost(0, 4 * 12 * 197 * 197, 29_805_312)


def test_recurrent_layers():
    # 10 steps of 2 sequences, 3 numbers each, 5 units: 4 gates of 5 x (3 + 5), 3 for a GRU.
    for kind, gates in (("LSTM", 4), ("GRU", 3)):
        kernel, again = (1, gates * 5, 3), (1, gates * 5, 5)
        reads = [data((10, 2, 3)), weight(kernel), weight(again, role="recurrent_kernel")]
        (cost,) = costs(one(kind, ((10, 1, 2, 5), None), reads))
        assert cost.multiply_adds == 20 * gates * 5 * (3 + 5)
        assert cost.parameters == gates * 5 * 8


def test_a_free_batch_is_one_sample_and_a_run_says_more():
    reads = [data((None, 3, "h", "w"), "NCHW"), weight((8, 3, 3, 3), "OIHW")]
    graph = one("Conv", (("batch", 8, 10, 10), "NCHW"), reads)
    assert costs(graph)[0].multiply_adds == 100 * 216
    (cost,) = costs(graph, {2: (4, 8, 20, 20)})
    assert cost == Cost(216, 4 * (216 + 4 * 8 * 400), 4 * 400 * 216)


def test_what_is_not_known_is_not_guessed():
    reads = [data(("n", "time", 8)), weight((8, 8), "IO")]
    assert costs(one("MatMul", (("n", "time", 8), None), reads))[0].multiply_adds is None
    assert costs(one("Relu", ((1, 8), "NC"), reads[:1]))[0] == Cost(0, 32, None)
    assert costs(one("Conv", (None, None), [data(None)], dtype=None))[0] == Cost(0, 0, None)


def test_settings_are_no_parameters():
    shape = ("shape", "weight", (2,), None)
    (cost,) = costs(one("Reshape", ((4, 2), None), [data((8,)), shape], dtype="int64"))
    assert cost == Cost(0, 8 * (2 + 8), None)


@pytest.mark.parametrize(
    ("dtype", "size"),
    [("float16", 2), ("bfloat16", 2), ("complex128", 16), ("bool", 1), ("int4", 1),
     ("float8_e4m3fn", 1), ("string", 0)],
)  # fmt: skip
def test_bytes_of_a_dtype(dtype, size):
    assert costs(one("Relu", ((3, 5), None), [data((3, 5))], dtype))[0].bytes == 15 * size
