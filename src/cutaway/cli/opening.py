"""Commands that end in the browser: the worker starts while the server's libraries load."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from cutaway.cli.telling import source_of
from cutaway.errors import BrokenFile, InputError
from cutaway.server import serve
from cutaway.settings import Options
from cutaway.worker.face import SYNTHETIC, told_preparation


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
    _serve(host, port, (demo.model(prefer_keras=keras), {"sample": 0}, None), browser=browser)


def serve_model(
    model: Path,
    fed: Path | None,
    labels: Path | None,
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
        InputError: there is no such input, or the label file holds no labels.
    """
    model = model.expanduser().absolute()
    if not model.exists():
        raise BrokenFile(f"a model file was wanted; there is no '{model}': check the path")
    for path, what in ((fed, "input"), (labels, "label")):
        made = path is not None and str(path).startswith(SYNTHETIC)
        if path is not None and not made and not path.is_file():
            raise InputError(f"an {what} file was wanted; there is no '{path}': check the path")
    if labels is not None:
        from cutaway import outputs

        outputs.load(labels, labels.name)  # a file without labels is told at once
    steps = told_preparation(preprocess)
    opened = (model, source_of(fed), labels)
    _serve(host, port, opened, browser=browser, options=options, preparation=steps)


def _serve(
    host: str,
    port: int | None,
    opened: tuple[Path, dict[str, Any], Path | None] | None,
    *,
    browser: bool,
    options: Options | None = None,
    preparation: list[dict[str, Any]] | str | None = None,
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
            model, fed, labels = opened
            known = "sample" not in fed
            number = hub.open(
                model, fed, labels=labels, known=known, options=options, preparation=preparation
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
