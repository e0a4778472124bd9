"""What a user says, what outlives a run of the program, and where scratch files go."""

from cutaway.settings.folders import keep, scratch, sweep, user_folder
from cutaway.settings.options import Options
from cutaway.settings.recents import Recent, forget, recents, remember

__all__ = [
    "Options",
    "Recent",
    "forget",
    "keep",
    "recents",
    "remember",
    "scratch",
    "sweep",
    "user_folder",
]
