"""What the network is: nodes, the values between them, and the groups they lie in."""

from cutaway.graph.families import FAMILIES, family
from cutaway.graph.flow import Flow, flow, in_flow_order
from cutaway.graph.hierarchy import MOST, fold, repeats
from cutaway.graph.model import Dim, Graph, Group, Node, Read, Value

__all__ = [
    "FAMILIES",
    "MOST",
    "Dim",
    "Flow",
    "Graph",
    "Group",
    "Node",
    "Read",
    "Value",
    "family",
    "flow",
    "fold",
    "in_flow_order",
    "repeats",
]
