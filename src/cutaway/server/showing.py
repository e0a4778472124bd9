"""``cutaway.show``: a trace in the browser, from Python."""

from __future__ import annotations

import atexit
import threading
from dataclasses import dataclass
from typing import Any

import uvicorn

from cutaway.server.documents import StartDoc
from cutaway.server.hub import Hub
from cutaway.server.serve import address, listen, make_server, open_browser
from cutaway.worker import Trace


@dataclass(frozen=True, slots=True)
class Shown:
    """A page that serves a trace for as long as this process lives."""

    url: str
    """Where it is."""
    server: uvicorn.Server
    """What serves it."""

    def close(self) -> None:
        """Stop serving; the model stays open."""
        self.server.should_exit = True


def show(trace: Trace, *, browser: bool = True, port: int | None = None) -> Shown:
    """The page of a trace, opened in the browser and served from a thread of this process.

    Args:
        trace: what ``model.run`` gave.
        browser: whether to open the page, or only to serve it.
        port: where to serve; by default the first free one.

    Raises:
        AddressInUse: the port is taken.
    """
    held = listen("127.0.0.1", port)
    hub = Hub()
    hub.adopt(trace.model.session, StartDoc(trace.id, _fed(hub, trace)))
    server = make_server(hub, "127.0.0.1", None)
    threading.Thread(
        target=server.run, kwargs={"sockets": [held]}, name="cutaway-show", daemon=True
    ).start()
    shown = Shown(address(held, None, trace.model.session.id), server)
    atexit.register(shown.close)
    if browser:
        open_browser(shown.url)
    return shown


def _fed(hub: Hub, trace: Trace) -> dict[str, Any]:
    """What the trace was fed with, such that the page can run it again."""
    told, body = trace.fed
    if not body:
        return {"path": told["path"]} if "path" in told else {"synthetic": True}
    key, place = hub.place_upload(str(told["name"]))
    place.write_bytes(body)
    return {"upload": key}
