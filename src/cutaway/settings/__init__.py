"""What outlives a run of the program: recent models; and where scratch files go."""

from cutaway.settings.folders import keep, scratch, sweep, user_folder
from cutaway.settings.recents import Recent, forget, recents, remember

__all__ = ["Recent", "forget", "keep", "recents", "remember", "scratch", "sweep", "user_folder"]
