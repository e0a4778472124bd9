"""Camera, microphone and videos as they feed the network: fake devices of a real Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from browser.driver import Server, Tab
from browser.live import frames, open_live, seen, settled
from PIL import Image
from playwright.sync_api import Browser

from cutaway import demo


@pytest.fixture(scope="module")
def fake(launch: Callable[..., Browser]) -> Iterator[Browser]:
    """A Chromium whose camera shows a moving pattern and whose microphone beeps."""
    flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    launched = launch(*flags)
    yield launched
    launched.close()


@pytest.fixture
def seeing(fake: Browser) -> Iterator[Callable[..., Tab]]:
    """Opens pages of that browser; a console error fails the test."""
    tabs: list[Tab] = []

    def begin(**more: Any) -> Tab:
        size: Any = {"width": 1280, "height": 720}
        context = fake.new_context(viewport=size, color_scheme="dark", bypass_csp=True, **more)
        made = Tab(context.new_page())
        made.page.on(
            "console",
            lambda message: made.errors.append(message.text) if message.type == "error" else None,
        )
        made.page.on("pageerror", lambda error: made.errors.append(str(error)))
        tabs.append(made)
        return made

    yield begin
    for one in tabs:
        one.page.context.close()
    assert [error for one in tabs for error in one.errors] == []


def test_the_camera_feeds_the_network(onnx: Server, seeing: Callable[..., Tab]) -> None:
    one = seeing().open(onnx.url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    one.page.wait_for_function("window.cutaway.state.following.value")
    frames(one, 4)
    assert one.page.evaluate("window.cutaway.state.trace.value.input.name") == "camera"
    rate = one.page.locator(".live-status dd").first.inner_text()
    assert float(rate) > 0
    # Mirrored at first, and the network is told to get just that.
    assert one.page.locator(".live-view video.mirrored").count() == 1
    assert one.page.get_by_text("The network gets the mirrored picture").is_visible()
    one.page.get_by_text("Mirrored", exact=True).click()
    assert one.page.locator(".live-view video.mirrored").count() == 0
    frames(one, 2)
    one.page.get_by_role("button", name="Stop the camera").click()
    one.page.wait_for_function("!window.cutaway.state.following.value")
    one.idle()
    kept = one.page.evaluate("window.cutaway.state.trace.value.id")
    time.sleep(1)
    assert one.page.evaluate("window.cutaway.state.trace.value.id") == kept
    assert one.page.locator(".live-view video").evaluate("v => v.srcObject") is None
    # It is a run as any other: its cells are there.
    value = one.page.evaluate("window.cutaway.state.trace.value.kept[2]")
    base = one.page.url.partition("/?")[0]
    assert one.page.request.get(f"{base}/t/{kept}/{value}/cells/0").ok


def still_camera(one: Tab, picture: Path, width: int, height: int) -> None:
    """Makes a picture of that size what the camera shows."""
    body = json.dumps(list(picture.read_bytes()))
    one.page.add_init_script(f"""
      navigator.mediaDevices.getUserMedia = async () => {{
        const blob = new Blob([new Uint8Array({body})], {{ type: 'image/png' }});
        const bitmap = await createImageBitmap(blob);
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [{width}, {height}];
        const draw = () => canvas.getContext('2d').drawImage(bitmap, 0, 0);
        draw();
        setInterval(draw, 100);
        return canvas.captureStream(10);
      }};
    """)


def test_a_mirrored_picture_is_the_other_one_mirrored(
    onnx: Server, seeing: Callable[..., Tab], tmp_path: Path
) -> None:
    """A still picture as the camera: what goes to the network is turned about its middle."""
    one = seeing()
    still = np.zeros((48, 64, 3), np.uint8)
    still[10:30, 4:20] = 255
    Image.fromarray(still).save(tmp_path / "still.png")
    still_camera(one, tmp_path / "still.png", 64, 48)
    one.open(onnx.url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    one.page.wait_for_function("window.cutaway.state.following.value")
    frames(one, 3)
    mirrored = seen(one).astype(int)
    one.page.get_by_text("Mirrored", exact=True).click()
    frames(one, 3)
    plain = seen(one).astype(int)
    assert mirrored[12, 20:26].min() > 150
    assert plain[12, 2:8].min() > 150
    assert np.abs(mirrored[:, ::-1] - plain).max() < 40


@pytest.mark.data
def test_a_box_over_a_mirrored_camera_lies_on_the_mirrored_face(
    serve: Callable[..., Server], seeing: Callable[..., Tab], data: Path
) -> None:
    """The face of the astronaut, 180 to 271 of 512: in the mirror it is on the other side."""
    one = seeing()
    still_camera(one, data / "photos/astronaut.png", 512, 512)
    one.open(serve("open", data / "models/onnx/face_rfb_320.onnx").url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    one.page.wait_for_function("window.cutaway.state.following.value")
    frames(one, 2)
    one.page.keyboard.press("z")
    mirrored = face_box(one, "(left) => left > 230")
    one.page.get_by_text("Mirrored", exact=True).click()
    plain = face_box(one, "(left) => left < 200")
    assert plain == pytest.approx([180, 271], abs=14)
    assert mirrored == pytest.approx([512 - plain[1], 512 - plain[0]], abs=8)


def face_box(one: Tab, suits: str) -> list[float]:
    """Left and right of the box in the open answer, in pixels of the picture beneath it.

    Waits until the left suits, which it does once a frame taken the other way has come.
    """
    told = one.page.wait_for_function(f"""
      (() => {{
        const layer = document.querySelector('.answer-panel .layer');
        const line = document.querySelector('.answer-panel .overlay :is(rect, polygon).line');
        if (!layer?.naturalWidth || !line) return null;
        const [under, box] = [layer.getBoundingClientRect(), line.getBoundingClientRect()];
        const scale = 512 / under.width;
        const ends = [(box.left - under.left) * scale, (box.right - under.left) * scale];
        return ({suits})(ends[0]) ? ends : null;
      }})()
    """)
    found: Any = told.json_value()
    return found


def test_a_camera_that_is_refused_or_absent_is_told(onnx: Server, tab: Callable[..., Tab]) -> None:
    one = tab("small")
    one.page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    one.open(onnx.url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    one.page.get_by_role("alert").filter(has_text="not allowed to use the camera").wait_for()
    one.page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
    one.page.get_by_role("button", name="Start the camera").click()
    one.page.get_by_role("alert").filter(has_text="only to pages of this machine").wait_for()
    assert one.state("following") is False


@pytest.mark.allows_errors
def test_live_ends_with_the_worker_and_with_another_model(
    serve: Callable[..., Server], fake: Browser
) -> None:
    """What is live stops, is told, and begins anew with what is opened next."""
    server = serve("open", demo.model(prefer_keras=False))
    size: Any = {"width": 1280, "height": 720}
    one = Tab(fake.new_context(viewport=size, bypass_csp=True).new_page()).open(server.url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    one.page.wait_for_function("window.cutaway.state.following.value")
    frames(one, 2)
    for worker in psutil.Process(server.process.pid).children():
        worker.kill()
    one.page.wait_for_function("window.cutaway.state.phase.value === 'lost'")
    assert one.state("following") is False
    one.page.get_by_role("button", name="Open it again").click()
    one.page.wait_for_function("window.cutaway.state.phase.value === 'ready'")
    one.idle()
    assert one.state("following") is False
    one.page.get_by_role("button", name="Start the camera").click()
    frames(one, 3)
    assert one.page.evaluate("window.cutaway.state.trace.value.input.name") == "camera"
    one.page.context.close()


def test_a_hidden_page_sends_nothing(onnx: Server, seeing: Callable[..., Tab]) -> None:
    one = seeing().open(onnx.url)
    open_live(one)
    one.page.get_by_text("Camera", exact=True).click()
    frames(one, 2)
    one.page.evaluate("Object.defineProperty(document, 'hidden', { value: true, writable: true })")
    time.sleep(1)
    last = one.page.evaluate("window.cutaway.state.trace.value.id")
    time.sleep(1.5)
    assert one.page.evaluate("window.cutaway.state.trace.value.id") == last
    one.page.evaluate("Object.defineProperty(document, 'hidden', { value: false })")
    frames(one, 2)


@pytest.mark.data
@pytest.mark.parametrize("file", ["onnx/silero_vad.onnx", "tflite/yamnet.tflite"])
def test_the_microphone_feeds_the_network(
    file: str, serve: Callable[..., Server], seeing: Callable[..., Tab], data: Path
) -> None:
    one = seeing().open(serve("open", data / "models" / file).url)
    open_live(one)
    one.page.wait_for_function("window.cutaway.state.following.value", timeout=60000)
    frames(one, 3)
    trace: Any = one.state("trace")
    assert trace["input"]["name"] == "microphone"
    assert trace["state"] == "done"
    # The fake one beeps: it is heard, at the model's rate.
    one.page.wait_for_function(
        "Number.parseFloat(document.querySelector('.live-meter .number').innerText) > -40"
    )
    one.page.get_by_role("button", name="Stop listening").click()
    one.page.wait_for_function("!window.cutaway.state.following.value")
    one.idle()


def moving(path: Path) -> Path:
    """A video of a white square that goes from left to right, two seconds long."""
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for i in range(20):
            picture = np.zeros((64, 64, 3), np.uint8)
            picture[24:40, 2 * i : 2 * i + 16] = 255
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode():
            file.mux(packet)
    return path


def _middle(one: Tab) -> float:
    """The column in which the light lies that the network sees, from 0 to 28."""
    settled(one)
    light = seen(one)[:, :, 0].astype(float)
    return float((light * np.arange(28)).sum() / light.sum())


def test_the_frames_of_a_video(onnx: Server, seeing: Callable[..., Tab], tmp_path: Path) -> None:
    one = seeing().open(onnx.url)
    open_live(one)
    one.page.get_by_text("Video file", exact=True).click()
    path = moving(tmp_path / "square.webm")
    one.page.locator(".live input[type=file]").set_input_files(path)
    one.page.wait_for_function("window.cutaway.state.following.value")
    frames(one, 3)
    assert one.page.evaluate("window.cutaway.state.trace.value.input.name") == "square.webm"
    one.page.locator(".live video").evaluate("v => v.pause()")
    # Where it is sought is what the network sees, as soon as the browser has found the frame.
    for at, fits in ((0.15, lambda x: x < 8), (1.75, lambda x: x > 16), (0.15, lambda x: x < 8)):
        one.page.locator(".live video").evaluate(f"v => {{ v.currentTime = {at}; }}")
        end = time.monotonic() + 20
        while not fits(place := _middle(one)):
            assert time.monotonic() < end, f"at {at} s the light stands at column {place}"
            one.page.wait_for_timeout(100)
    (tmp_path / "none.webm").write_bytes(b"this is no video")
    one.page.locator(".live input[type=file]").set_input_files(tmp_path / "none.webm")
    one.page.get_by_role("alert").filter(has_text="cannot play none.webm").wait_for()
