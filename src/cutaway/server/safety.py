"""Who may speak to the server: loopback names only, or whoever has the token."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_COOKIE = "cutaway-token"
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

# Nothing comes from another host: not the page's fonts, nor anything a model's file may hold.
_POLICY = (
    b"default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    b"style-src 'self' 'unsafe-inline'; "
    b"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

_SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", _POLICY),
)


@dataclass(frozen=True, slots=True)
class Safety:
    """What the server demands of a request."""

    host: str
    """The address that the server listens on."""
    token: str | None
    """What a request must carry; None where only this machine can reach the server."""


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host in _LOCAL:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """ASGI middleware that turns foreign requests away.

    A page of another site can make a browser send requests here. Its ``Origin`` gives it away; a
    name of its own that resolves to 127.0.0.1 is given away by ``Host`` (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, safety: Safety) -> None:
        self._app = app
        self._safety = safety

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 or 401, or pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        status, why = self._verdict(headers, scope)
        if status:
            await _refuse(send, status, why)
            return
        await self._app(scope, receive, self._dressed(send, scope))

    def _verdict(self, headers: dict[str, str], scope: Scope) -> tuple[int, str]:
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._safety.token is None and not is_loopback(name):
            return 403, f"this server answers on this machine only; got the host '{host}'"
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != host:
            return 403, f"requests from other pages are refused; got the origin '{origin}'"
        if headers.get("sec-fetch-site") == "cross-site" and scope["method"] != "GET":
            return 403, "requests from other pages are refused"
        if self._safety.token is not None and not self._known(headers, scope):
            return 401, "this server asks for its token: open the address that it printed"
        return 0, ""

    def _known(self, headers: dict[str, str], scope: Scope) -> bool:
        cookies = SimpleCookie(headers.get("cookie", ""))
        given = [cookies[_COOKIE].value] if _COOKIE in cookies else []
        given += _asked(scope)
        wanted = self._safety.token or ""
        return any(hmac.compare_digest(g.encode(), wanted.encode()) for g in given)

    def _dressed(self, send: Send, scope: Scope) -> Callable[..., Awaitable[None]]:
        token = self._safety.token
        fresh = token is not None and bool(_asked(scope))

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                known: list[tuple[bytes, bytes]] = [*message.get("headers", []), *_SAFE_HEADERS]
                if fresh:
                    cookie = f"{_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/"
                    known.append((b"set-cookie", cookie.encode()))
                message = {**message, "headers": known}
            await send(message)

        return add


def _asked(scope: Scope) -> list[str]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [])


async def _refuse(send: Send, status: int, why: str) -> None:
    body = orjson.dumps({"error": "Refused", "message": why})
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
