"""What the network is: nodes, the values between them, and the groups they lie in."""

from cutaway.graph.costs import Cost, costs
from cutaway.graph.families import FAMILIES, family
from cutaway.graph.flow import Flow, flow
from cutaway.graph.hierarchy import MOST, fold, repeats
from cutaway.graph.model import Dim, Graph, Group, Node, Read, Value
from cutaway.graph.order import in_flow_order

__all__ = [
    "FAMILIES",
    "MOST",
    "Cost",
    "Dim",
    "Flow",
    "Graph",
    "Group",
    "Node",
    "Read",
    "Value",
    "costs",
    "family",
    "flow",
    "fold",
    "in_flow_order",
    "repeats",
]
