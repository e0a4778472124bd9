import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from cutaway.server.safety import Guard, Safety, is_loopback


def ask(safety: Safety, method: str = "GET", path: str = "/", **headers: str) -> httpx.Response:
    inner = Starlette(
        routes=[Route("/", lambda _: PlainTextResponse("in"), methods=["GET", "POST"])]
    )
    transport = httpx.ASGITransport(app=Guard(inner, safety))
    told = {name.replace("_", "-"): value for name, value in headers.items()}

    async def go() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8451") as c:
            return await c.request(method, path, headers=told)

    # On a thread of its own: a browser's driver may have a loop running on this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, go()).result(30)


LOCAL = Safety("127.0.0.1", None)
OPEN = Safety("0.0.0.0", "secret")


@pytest.mark.parametrize("host", ["127.0.0.1:8451", "localhost:8451", "[::1]:8451", "127.0.0.2"])
def test_this_machine_is_let_in(host: str) -> None:
    assert ask(LOCAL, host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1:8451", ""])
def test_a_foreign_host_is_refused(host: str) -> None:
    response = ask(LOCAL, host=host)
    assert response.status_code == 403
    assert "this machine only" in response.json()["message"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9"])
def test_a_foreign_origin_is_refused(origin: str) -> None:
    assert ask(LOCAL, "POST", origin=origin).status_code == 403


def test_our_own_origin_is_let_in() -> None:
    assert ask(LOCAL, "POST", origin="http://127.0.0.1:8451").status_code == 200


def test_a_foreign_page_cannot_post_without_an_origin_either() -> None:
    assert ask(LOCAL, "POST", sec_fetch_site="cross-site").status_code == 403


def test_an_open_server_asks_for_its_token() -> None:
    assert ask(OPEN, host="10.0.0.1").status_code == 401
    assert ask(OPEN, path="/?token=wrong", host="10.0.0.1").status_code == 401
    let_in = ask(OPEN, path="/?token=secret", host="10.0.0.1")
    assert let_in.status_code == 200
    cookie = let_in.headers["set-cookie"].partition(";")[0]
    assert "HttpOnly" in let_in.headers["set-cookie"]
    assert ask(OPEN, host="10.0.0.1", cookie=cookie).status_code == 200


def test_nothing_may_come_from_another_host() -> None:
    policy = ask(LOCAL).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_loopback() -> None:
    assert all(is_loopback(h) for h in ("127.0.0.1", "127.1.2.3", "::1", "localhost"))
    assert not any(is_loopback(h) for h in ("0.0.0.0", "192.168.1.2", "::", "example.org"))
