"""PyTorch networks that the tests write, each into a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn

Maker = Callable[[Path], Path]


class Block(nn.Module):
    """A residual block that writes in place."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, groups=2)
        self.norm = nn.BatchNorm2d(channels)
        self.act = nn.ReLU(inplace=True)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.act(self.norm(self.conv(x)) + x)


class Residual(nn.Module):
    """A stem, two blocks, one of them called twice, and a head."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=(1, 0), dilation=1)
        self.blocks = nn.ModuleList([Block(8), Block(8)])
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        self.mean = nn.AvgPool2d(2, ceil_mode=True)
        self.up = nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)
        self.last = nn.AdaptiveAvgPool2d(1)
        self.head = nn.Linear(4, 5)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.stem(image)
        for block in (*self.blocks, self.blocks[0]):
            x = block(x)
        x = self.up(self.mean(self.pool(x)))
        x = nn.functional.interpolate(x, scale_factor=2.0, mode="bilinear")
        return self.head(self.last(torch.sigmoid(x) * 2.0).flatten(1)).softmax(-1)


class Words(nn.Module):
    """A small transformer on ids, with a mask as a second input and two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(11, 16)
        layer = nn.TransformerEncoderLayer(16, 4, 32, activation="gelu", batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.head = nn.Linear(16, 3, bias=False)

    def forward(self, ids: torch.Tensor, weight: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.encoder(self.table(ids)) * weight[:, :, None]
        return self.head(hidden), hidden.mean(1)


class Recurrent(nn.Module):
    """An LSTM, and a branch on what is computed."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.head = nn.Linear(10, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden, _ = self.lstm(x)
        if float(hidden.abs().sum()) < 0:
            hidden = -hidden
        return self.head(hidden[:, -1])


def seeded(make: Callable[[], nn.Module]) -> nn.Module:
    """The network with the same numbers every time, norms included, in eval mode."""
    torch.manual_seed(0)
    module = make().eval()
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.uniform_(-0.5, 0.5)
            part.running_var.uniform_(0.5, 2)
    return module


def program(folder: Path) -> Path:
    """Residual, exported with a free batch."""
    batch = torch.export.Dim("batch")
    exported = torch.export.export(
        seeded(Residual), (torch.rand(2, 3, 33, 40),), dynamic_shapes=({0: batch},)
    )
    path = folder / "residual.pt2"
    torch.export.save(exported, path)
    return path


def words_program(folder: Path) -> Path:
    """Words, exported with a free length."""
    length = torch.export.Dim("length", min=2, max=64)
    exported = torch.export.export(
        seeded(Words),
        (torch.zeros(1, 7, dtype=torch.int64), torch.ones(1, 7)),
        dynamic_shapes=({1: length}, {1: length}),
    )
    path = folder / "words.pt2"
    torch.export.save(exported, path)
    return path


def script(folder: Path) -> Path:
    """Residual as TorchScript, with its loop unrolled and the branches of interpolate."""
    path = folder / "residual.pt"
    torch.jit.trace(seeded(Residual), torch.rand(1, 3, 33, 40)).save(path)
    return path


class Deciding(nn.Module):
    """Takes another way where the input's sum is negative."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(4, 4)
        self.down = nn.Linear(4, 4)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if bool(x.sum() > 0):  # noqa: SIM108 - a script has branches, not conditions
            x = self.up(x)
        else:
            x = self.down(x).relu()
        parts = x.chunk(2, 1)
        for _ in range(3):
            x = x + 1.0
        return torch.cat([parts[1], parts[0]], 1) * x


def deciding(folder: Path) -> Path:
    """A script with a branch and a loop."""
    path = folder / "deciding.jit"
    torch.jit.script(seeded(Deciding)).save(path)
    return path


TORCH: dict[str, Maker] = {
    "torch program": program,
    "torch words": words_program,
    "torch script": script,
}
