"""A session in a process of its own, and the Python face on it."""

from cutaway.worker.remote import RemoteSession

__all__ = ["RemoteSession"]
