"""Serving: a free port, the address to open, and an orderly end."""

from __future__ import annotations

import contextlib
import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from typing import TYPE_CHECKING

from cutaway.errors import AddressInUse

if TYPE_CHECKING:
    import uvicorn

    from cutaway.server.hub import Hub

DEFAULT_PORT = 8451
_TRIED = 20


def listen(host: str, port: int | None) -> socket.socket:
    """A socket that listens; without a port the first free one from the default upward.

    Raises:
        AddressInUse: the port that was asked for is taken, or the host is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    ports = [port] if port is not None else [*range(DEFAULT_PORT, DEFAULT_PORT + _TRIED), 0]
    why = ""
    for one in ports:
        held = socket.socket(family, socket.SOCK_STREAM)
        if sys.platform != "win32":  # there it would let two servers share a port
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((host, one))
            held.listen(128)
        except OSError as problem:
            held.close()
            why = problem.strerror or str(problem)
            continue
        return held
    raise AddressInUse(
        f"port {port} on {host} was wanted and cannot be had ({why}): "
        "stop what uses it, or give another --port"
    )


def address(held: socket.socket, token: str | None, model: int | None = None) -> str:
    """The address to open in a browser."""
    host, port = held.getsockname()[:2]
    name = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - it is only compared
    name = f"[{name}]" if ":" in name else name
    query = [f"token={token}"] if token else []
    query += [f"model={model}"] if model is not None else []
    return f"http://{name}:{port}/" + (f"?{'&'.join(query)}" if query else "")


def new_token() -> str:
    """A secret that whoever is not on this machine must know."""
    return secrets.token_urlsafe(24)


def make_server(hub: Hub, host: str, token: str | None) -> uvicorn.Server:
    """A server on a hub, not started yet."""
    import uvicorn

    from cutaway.server.app import create_app
    from cutaway.server.safety import Guard, Safety

    class Server(uvicorn.Server):
        """Lets go who waits for an event before it waits for them."""

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            hub.release()
            await super().shutdown(sockets)
            hub.close()

    app = Guard(create_app(hub), Safety(host, token))
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        ws="none",
    )
    return Server(config)


def serve(
    hub: Hub,
    held: socket.socket,
    token: str | None,
    *,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve until interrupted; ``ready`` is called once connections are taken."""
    server = make_server(hub, held.getsockname()[0], token)
    waiter = threading.Thread(target=_when_started, args=(server, ready), daemon=True)
    waiter.start()
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[held])


def open_browser(url: str) -> None:
    """Open a page; a machine without a browser is no reason to fail."""
    with contextlib.suppress(webbrowser.Error):
        webbrowser.open(url)


def _when_started(server: uvicorn.Server, ready: Callable[[], None]) -> None:
    pause = threading.Event()
    while not server.started:
        pause.wait(0.005)
    ready()
