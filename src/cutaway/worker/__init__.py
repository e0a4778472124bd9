"""A session in a process of its own, and the Python face on it."""

from cutaway.worker.face import ClassScore, Model, Trace, open_model
from cutaway.worker.remote import RemoteSession

__all__ = ["ClassScore", "Model", "RemoteSession", "Trace", "open_model"]
