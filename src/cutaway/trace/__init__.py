"""One run: what went in, what was captured, and what runs it."""

from cutaway.trace.runner import Array, Capabilities, Capture, Control, Failure, Runner

__all__ = ["Array", "Capabilities", "Capture", "Control", "Failure", "Runner"]
