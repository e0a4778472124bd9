"""Commands that end in the browser: the worker starts while the server's libraries load."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cutaway import outputs
from cutaway.cli.reading import wish
from cutaway.cli.wishes import Answers
from cutaway.errors import BrokenFile, InputError
from cutaway.outputs.recognition import check_kind
from cutaway.server import serve
from cutaway.settings import Options
from cutaway.worker.face import told_preparation


def serve_start(host: str, port: int | None, *, browser: bool) -> None:
    """Serve the start page until interrupted."""
    _serve(host, port, None, browser=browser)


def serve_demo(host: str, port: int | None, *, browser: bool) -> None:
    """Serve the demo until interrupted."""
    from cutaway import demo
    from cutaway.server.hub import keras_installed

    keras = keras_installed()
    if not keras:
        print(demo.describe(keras=False), file=sys.stderr)
    _serve(host, port, (demo.model(prefer_keras=keras), {"sample": 0}), browser=browser)


def serve_model(
    model: Path,
    fed: dict[str, Any],
    answers: Answers,
    preprocess: str | None,
    options: Options,
    host: str,
    port: int | None,
    *,
    browser: bool,
) -> None:
    """Serve one model until interrupted.

    Raises:
        BrokenFile: there is no such model.
        InputError: there is no such label file, or it holds no labels; no such reading.
    """
    model = model.expanduser().absolute()
    if not model.exists():
        raise BrokenFile(f"a model file was wanted; there is no '{model}': check the path")
    labels = answers.labels
    if labels is not None:
        if not labels.is_file():
            raise InputError(f"a label file was wanted; there is no '{labels}': check the path")
        outputs.load(labels, labels.name)  # a file without labels is told at once
    first = _first(answers, told_preparation(preprocess))
    _serve(host, port, (model, fed), browser=browser, options=options, first=first)


def _first(
    answers: Answers, steps: list[dict[str, Any]] | str | None
) -> list[tuple[str, dict[str, Any]]]:
    """The commands before the first run; nothing of them is kept beside the model.

    Raises:
        InputError: no outputs are read so.
    """
    first: list[tuple[str, dict[str, Any]]] = []
    if answers.labels is not None or answers.shift is not None:
        first.append(("labels", {**answers.naming(), "keep": False}))
    if steps is not None:
        first.append(("prepare", {"steps": steps, "keep": False}))
    wanted = wish(answers.read)
    if wanted is not None:
        check_kind(wanted["kind"])
        first.append(("reading", {"reading": wanted, "keep": False, "hold": True}))
    return first


def _serve(
    host: str,
    port: int | None,
    opened: tuple[Path, dict[str, Any]] | None,
    *,
    browser: bool,
    options: Options | None = None,
    first: Sequence[tuple[str, dict[str, Any]]] = (),
) -> None:
    held = serve.listen(host, port)  # first: a port in use is told before any work is done
    from cutaway import settings
    from cutaway.server.hub import Hub
    from cutaway.server.safety import is_loopback

    hub = Hub()
    settings.sweep()
    number = None
    try:
        if opened is not None:
            model, fed = opened
            known = "sample" not in fed
            number = hub.open(
                model, fed, known=known, options=options, first=first, refused=_refused
            ).model
        token = None if is_loopback(host) else serve.new_token()
        url = serve.address(held, token, number)

        def ready() -> None:
            print(f"Cutaway is at {url}", flush=True)
            if browser:
                serve.open_browser(url)

        serve.serve(hub, held, token, ready=ready)
    finally:
        hub.close()


def _refused(said: str) -> None:
    print(f"cutaway: {said}", file=sys.stderr, flush=True)
