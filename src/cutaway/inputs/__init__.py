"""Anything to arrays: what is fed to a model, and the ordered list of named steps that fits it."""

from cutaway.inputs.archive import is_archive, load_arrays
from cutaway.inputs.checking import validate
from cutaway.inputs.geometry import Geometry
from cutaway.inputs.guess import guess
from cutaway.inputs.preparation import Prepared, prepare, walk
from cutaway.inputs.presets import PRESETS, Preset, named, preset
from cutaway.inputs.saved import read_steps
from cutaway.inputs.seeing import png, seen
from cutaway.inputs.source import Source, load, thumbnail_png
from cutaway.inputs.steps import KINDS, ORDERS, Step
from cutaway.inputs.synthetic import default_for, stated_default, synthetic
from cutaway.inputs.target import Resolved, Target, resolved
from cutaway.inputs.variants import variants

__all__ = [
    "KINDS",
    "ORDERS",
    "PRESETS",
    "Geometry",
    "Prepared",
    "Preset",
    "Resolved",
    "Source",
    "Step",
    "Target",
    "default_for",
    "guess",
    "is_archive",
    "load",
    "load_arrays",
    "named",
    "png",
    "prepare",
    "preset",
    "read_steps",
    "resolved",
    "seen",
    "stated_default",
    "synthetic",
    "thumbnail_png",
    "validate",
    "variants",
    "walk",
]
