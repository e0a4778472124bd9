"""A session of a live object, in this process."""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from cutaway.errors import WorkerEnded
from cutaway.loaders import Model, Options, open_object
from cutaway.session import Answer, Session
from cutaway.worker.held import HeldSession


class LocalSession(HeldSession):
    """A network that the user's own code holds, such as a torch.nn.Module."""

    def __init__(self, thing: object, example: Any, options: Options) -> None:
        """Begin to look at it, on a thread of the session's own.

        Args:
            thing: the live object; it is left exactly as it is found.
            example: what it is called with; None for a guess.
            options: what the user said.
        """
        super().__init__(Path(type(thing).__name__), options, None)
        # What the user chooses in the page is kept beside a model; a live one lies nowhere.
        place = self._scratch / type(thing).__name__

        def open_it(report: Any) -> Model:
            return open_object(thing, example, report, options)

        self._session: Session | None = Session(
            place,
            model=self.id,
            emit=self._note,
            scratch=self._scratch,
            options=options,
            opener=open_it,
        )

    def close(self) -> None:
        """Let the object go; its tensors stay with whoever has them."""
        self.kill("the model was closed")

    def kill(self, why: str) -> None:
        """Answer nothing any more; a run that is under way ends by itself."""
        if self._session is None:
            return
        self._session = None
        self.state, self.message = "ended", f"{self.name} is no longer open: {why}"
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._note({"type": "worker-ended", "model": self.id, "message": self.message})

    def _ask(self, header: dict[str, Any], body: bytes | memoryview = b"") -> Future[Answer]:
        if self._session is not None:
            return self._session.ask(header, body)
        future: Future[Answer] = Future()
        future.set_exception(WorkerEnded(f"{self.message}; open it again"))
        return future
