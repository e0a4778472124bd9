"""Dense layers and products of matrices."""

from __future__ import annotations

from cutaway.arithmetic.account import Account, UnexplainedError
from cutaway.arithmetic.cell import Cell
from cutaway.arithmetic.patch import Patch
from cutaway.arithmetic.products import Product, products


def gemm(cell: Cell) -> Account:
    """Gemm: ``alpha A B + beta C``, A and B turned where the attributes say so.

    Source: the Gemm operator of the ONNX specification.
    """
    first, second = cell.read("data"), cell.read("kernel")
    row, column = cell.index
    left = _line(cell, first, row, across=bool(cell.attribute("transA")))
    right = _line(cell, second, column, across=not cell.attribute("transB"))
    bias = cell.aligned(cell.read("bias")) if cell.has("bias") else None
    alpha, beta = float(cell.attribute("alpha", 1.0)), float(cell.attribute("beta", 1.0))
    return products(cell, Product(left, right, bias, alpha, beta))


def _line(cell: Cell, read: int, at: int, *, across: bool) -> Patch:
    """A row of a matrix, or a column."""
    shape = cell.shape(read)
    only = range(at, at + 1)
    ranges = (range(shape[0]), only) if across else (only, range(shape[1]))
    return Patch(read, ranges, shape)


def matmul(cell: Cell) -> Account:
    """MatMul: a row of the first times a column of the second, batches broadcast; a bias if any.

    Where ``transB`` is set, as a dense layer of PyTorch keeps its kernel, a row of the second.
    Source: NumPy's ``matmul``, as the ONNX specification has it.
    """
    return products(cell, factors(cell, *operands(cell)))


def factors(cell: Cell, first: int, second: int) -> Product:
    """What is multiplied, and the bias of a dense layer over several axes."""
    left, right = cell.shape(first), cell.shape(second)
    if not left or not right:
        raise UnexplainedError("MatMul wants at least one axis on either side")
    vectors = (len(left) == 1, len(right) == 1)
    rows = 0 if vectors[0] else 1
    batch = cell.index[: len(cell.index) - rows - (0 if vectors[1] else 1)]
    along = (range(left[-1]),)
    if not vectors[0]:
        row = cell.index[len(batch)]
        along = (*_batch(batch, left[:-2]), range(row, row + 1), range(left[-1]))
    down = (range(right[0]),)
    if not vectors[1]:
        column = range(cell.index[-1], cell.index[-1] + 1)
        turned = bool(cell.attribute("transB"))
        last = (column, range(right[-1])) if turned else (range(right[-2]), column)
        down = (*_batch(batch, right[:-2]), *last)
    bias = cell.aligned(cell.read("bias")) if cell.has("bias") else None
    return Product(Patch(first, along, left), Patch(second, down, right), bias)


def operands(cell: Cell) -> tuple[int, int]:
    """Positions of the two factors; the same twice where a matrix is multiplied by itself."""
    both = [at for at in cell.operands() if cell.node.reads[at].role in ("data", "kernel")]
    if len(both) == 1:
        return both[0], both[0]
    return both[0], both[1]


def _batch(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[range, ...]:
    last = index[len(index) - len(shape) :] if shape else ()
    places = (0 if size == 1 else at for at, size in zip(last, shape, strict=True))
    return tuple(range(at, at + 1) for at in places)


def einsum(cell: Cell) -> Account:
    """Einsum of two operands in letters: each output letter is fixed, the others are summed over.

    Source: the Einsum operator of the ONNX specification.
    """
    equation = str(cell.attribute("equation", "")).replace(" ", "")
    sides = equation.split("->")
    inputs = sides[0].split(",")
    if len(sides) != 2 or len(inputs) != 2 or "." in equation:
        raise UnexplainedError(
            f"Einsum is written out for two operands in letters; this one is '{equation}'"
        )
    if any(len(set(letters)) < len(letters) for letters in (*inputs, sides[1])):
        raise UnexplainedError(f"Einsum takes a diagonal in '{equation}', which is not written out")
    fixed = dict(zip(sides[1], cell.index, strict=True))
    reads = cell.operands()
    sizes = {
        letter: size
        for letters, read in zip(inputs, (reads[0], reads[-1]), strict=True)
        for letter, size in zip(letters, cell.shape(read), strict=True)
    }
    summed = [letter for letter in sizes if letter not in fixed]
    if any(letter not in letters for letter in summed for letters in inputs):
        raise UnexplainedError(f"Einsum sums over one operand alone in '{equation}'")
    first, second = (
        _letters(cell, read, letters, fixed, summed)
        for letters, read in zip(inputs, (reads[0], reads[-1]), strict=True)
    )
    return products(cell, Product(first, second))


def _letters(
    cell: Cell, read: int, letters: str, fixed: dict[str, int], summed: list[str]
) -> Patch:
    shape = cell.shape(read)
    ranges = tuple(
        range(fixed[letter], fixed[letter] + 1) if letter in fixed else range(size)
        for letter, size in zip(letters, shape, strict=True)
    )
    still = [axis for axis, letter in enumerate(letters) if letter in fixed]
    return Patch(read, ranges, shape, (*still, *(letters.index(letter) for letter in summed)))
