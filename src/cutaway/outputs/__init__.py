"""Arrays to answers: a class vector with its labels."""

from cutaway.outputs.classes import Answer, Class, read, sigmoid, softmax
from cutaway.outputs.labels import BUILTIN, beside, builtin, load

__all__ = [
    "BUILTIN",
    "Answer",
    "Class",
    "beside",
    "builtin",
    "load",
    "read",
    "sigmoid",
    "softmax",
]
