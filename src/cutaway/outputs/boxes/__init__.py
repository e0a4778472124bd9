"""Outputs to boxes: one file per layout, all brought to candidates in the model's picture."""

from cutaway.outputs.boxes.candidates import Candidates, Cells, Chosen, choose
from cutaway.outputs.boxes.layouts import LAYOUTS, Layout, decode, recognize, recognize_as

__all__ = [
    "LAYOUTS",
    "Candidates",
    "Cells",
    "Chosen",
    "Layout",
    "choose",
    "decode",
    "recognize",
    "recognize_as",
]
