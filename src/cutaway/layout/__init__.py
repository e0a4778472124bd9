"""Graph to places: the rank and lane of every child of a group. Pure."""

from cutaway.layout.model import Child, Edge, Frame, Layout, Point
from cutaway.layout.places import Places, place

__all__ = ["Child", "Edge", "Frame", "Layout", "Places", "Point", "place"]
