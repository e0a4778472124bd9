"""Arrays to answers: classes, boxes, masks, points, pictures, sound, text and numbers."""

from cutaway.outputs.classes import Answer, Class, read, sigmoid, softmax
from cutaway.outputs.labels import BUILTIN, beside, builtin, builtin_names, load
from cutaway.outputs.seen import Guess, Output, Seen
from cutaway.outputs.vectors import cosine

__all__ = [
    "BUILTIN",
    "Answer",
    "Class",
    "Guess",
    "Output",
    "Seen",
    "beside",
    "builtin",
    "builtin_names",
    "cosine",
    "load",
    "read",
    "sigmoid",
    "softmax",
]
