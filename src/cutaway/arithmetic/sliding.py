"""A window that slides along one axis: which input positions an output position sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slide:
    """One spatial axis of a convolution or pooling, in the terms of the ONNX specification."""

    kernel: int
    """Cells of the kernel."""
    stride: int = 1
    dilation: int = 1
    """Distance between neighbouring cells of the kernel."""
    begin: int = 0
    """Cells of padding before the first; negative where cells are cut off."""

    def at(self, output: int) -> range:
        """Input positions under the kernel's cells, in order; those outside are padding."""
        first = output * self.stride - self.begin
        return range(first, first + (self.kernel - 1) * self.dilation + 1, self.dilation)

    def into(self, output: int) -> list[tuple[int, int]]:
        """Of a transposed convolution: ``(kernel cell, input position)`` that reach an output.

        Input ``i`` and kernel cell ``k`` give output ``i * stride - begin + k * dilation``; input
        positions may lie outside.
        """
        found: list[tuple[int, int]] = []
        for cell in range(self.kernel):
            position, rest = divmod(output + self.begin - cell * self.dilation, self.stride)
            if rest == 0:
                found.append((cell, position))
        return found
