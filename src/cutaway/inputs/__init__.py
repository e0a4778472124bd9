"""Anything to arrays: what is fed to a model, and the ordered list of named steps that fits it."""

from cutaway.inputs.archive import is_archive, load_arrays
from cutaway.inputs.checking import validate
from cutaway.inputs.geometry import Geometry
from cutaway.inputs.guess import guess
from cutaway.inputs.kinds import suits
from cutaway.inputs.preparation import Prepared, prepare, walk
from cutaway.inputs.presets import PRESETS, Preset, named, preset
from cutaway.inputs.saved import read_steps
from cutaway.inputs.seeing import png, seen
from cutaway.inputs.source import Source, load, thumbnail_png
from cutaway.inputs.steps import KINDS, ORDERS, Step
from cutaway.inputs.synthetic import default_for, stated_default, synthetic
from cutaway.inputs.table import laid, of_text, words
from cutaway.inputs.target import Resolved, Target, resolved
from cutaway.inputs.variants import variants
from cutaway.inputs.words import FILE as TOKENIZER
from cutaway.inputs.words import Tokenized, beside, guess_words, role_of, tokenized, vocabulary

__all__ = [
    "KINDS",
    "ORDERS",
    "PRESETS",
    "TOKENIZER",
    "Geometry",
    "Prepared",
    "Preset",
    "Resolved",
    "Source",
    "Step",
    "Target",
    "Tokenized",
    "beside",
    "default_for",
    "guess",
    "guess_words",
    "is_archive",
    "laid",
    "load",
    "load_arrays",
    "named",
    "of_text",
    "png",
    "prepare",
    "preset",
    "read_steps",
    "resolved",
    "role_of",
    "seen",
    "stated_default",
    "suits",
    "synthetic",
    "thumbnail_png",
    "tokenized",
    "validate",
    "variants",
    "vocabulary",
    "walk",
    "words",
]
