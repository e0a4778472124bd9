"""What outlives a run of the program: recent models; and where scratch files go."""

from cutaway.settings.folders import scratch, sweep, user_folder
from cutaway.settings.recents import Recent, forget, recents, remember

__all__ = ["Recent", "forget", "recents", "remember", "scratch", "sweep", "user_folder"]
