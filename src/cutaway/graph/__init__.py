"""What the network is: nodes, the values between them, and the groups they lie in."""

from cutaway.graph.families import FAMILIES, family
from cutaway.graph.hierarchy import MOST, fold, repeats
from cutaway.graph.model import Dim, Graph, Group, Node, Read, Value

__all__ = [
    "FAMILIES",
    "MOST",
    "Dim",
    "Graph",
    "Group",
    "Node",
    "Read",
    "Value",
    "family",
    "fold",
    "repeats",
]
