"""How a number came about: the cells it was made of, and the sum that made it."""

from cutaway.arithmetic.account import Step
from cutaway.arithmetic.fields import Field, Fields
from cutaway.arithmetic.sums import Sum, Window, explain
from cutaway.arithmetic.telling import Operand, Term

__all__ = ["Field", "Fields", "Operand", "Step", "Sum", "Term", "Window", "explain"]
