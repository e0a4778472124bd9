"""What the outputs of a run mean: recognized or corrected, and answered by key."""

from cutaway.session.reading.context import Facts, context, facts, real
from cutaway.session.reading.newest import Newest
from cutaway.session.reading.readings import Readings

__all__ = ["Facts", "Newest", "Readings", "context", "facts", "real"]
