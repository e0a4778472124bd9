"""Files of every kind in the page: dropped, pasted, stepped through, and what is refused."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from browser.driver import Server, Tab
from browser.test_input import drop, wait_for_input
from inputs.made import number, tone, video, wav
from inputs.test_words import tokenizer
from PIL import Image
from session.test_feeding_files import embedding, network

PASTE = """
([name, type, body, text]) => {
  const data = new DataTransfer();
  if (body !== null) {
    const bytes = Uint8Array.from(atob(body), c => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  if (text !== null) data.setData('text/plain', text);
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
}
"""


def paste(
    one: Tab, *, path: Path | None = None, kind: str = "image/png", text: str | None = None
) -> None:
    """Paste a file, a text or both, as a browser does after Ctrl-V."""
    body = None if path is None else base64.b64encode(path.read_bytes()).decode()
    one.page.evaluate(PASTE, [path.name if path else "", kind, body, text])


def trace(one: Tab) -> int:
    return one.page.evaluate("window.cutaway.state.trace.value.id")


def after(one: Tab, before: int) -> None:
    """Wait for the run after another."""
    one.page.wait_for_function(f"window.cutaway.state.trace.value?.id > {before}")
    one.idle()


def fed_number(one: Tab) -> int:
    """The number that the fed frame shows, as the network got it."""
    body = one.page.evaluate(
        """async () => {
          const { id } = window.cutaway.state.trace.value;
          const body = await (await fetch(`./t/${id}/input.png`)).arrayBuffer();
          return btoa(String.fromCharCode(...new Uint8Array(body)));
        }"""
    )
    return number(np.asarray(Image.open(io.BytesIO(base64.b64decode(body)))))


def test_a_picture_and_numbers_are_pasted_anywhere(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("small").open(demo.url)
    path = tmp_path / "clip.png"
    Image.fromarray(np.random.default_rng(1).integers(0, 256, (30, 30), np.uint8)).save(path)
    before = trace(one)
    paste(one, path=path)
    wait_for_input(one, "clip.png")
    assert trace(one) > before
    cells = np.arange(28 * 28).reshape(28, 28) % 256
    # A spreadsheet sends its cells as text, and a picture of them beside.
    paste(one, path=path, text="\n".join("\t".join(map(str, row)) for row in cells))
    wait_for_input(one, "pasted.csv")
    assert one.page.evaluate("window.cutaway.state.trace.value.input.width") in (None, 28)
    assert not one.errors


def test_what_is_pasted_into_a_field_or_is_words_is_not_fed(
    demo: Server, tab: Callable[..., Tab]
) -> None:
    one = tab("small").open(demo.url)
    before = trace(one)
    paste(one, text="a shoe")
    one.page.get_by_text("takes no words").first.wait_for()
    one.page.keyboard.press("/")
    box = one.page.locator("input[type=text], input[type=search]").first
    box.focus()
    paste(one, text="1\t2\n3\t4")
    one.page.wait_for_timeout(300)
    assert trace(one) == before


def test_a_video_is_stepped_through_frame_by_frame(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    model, film = network(tmp_path, [1, 3, 64, 64]), tmp_path / "film.mp4"
    film.write_bytes(video(60))
    one = tab("small").open(serve("open", model, "--input", film, "--frame", "41").url)
    assert fed_number(one) == 41
    slider = one.page.get_by_role("slider", name="Frame")
    assert slider.input_value() == "41"
    before = trace(one)
    one.page.get_by_role("button", name="Next frame").click()
    after(one, before)
    assert fed_number(one) == 42
    before = trace(one)
    slider.evaluate(
        """slider => {
          for (const at of [3, 9, 17, 25]) {
            slider.value = at;
            slider.dispatchEvent(new Event('input', { bubbles: true }));
          }
        }"""
    )
    one.page.wait_for_function("window.cutaway.state.trace.value?.input?.frame === 25")
    one.idle()
    assert fed_number(one) == 25
    # Frames asked for while one ran were dropped, not queued.
    assert trace(one) - before <= 3
    assert one.page.get_by_text("25 · 0:01.00").is_visible()


def test_a_gif_is_stepped_and_a_wav_is_drawn_as_its_wave(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    one = tab("large").open(serve("open", network(tmp_path, [1, 16_384])).url)
    gif = tmp_path / "two.gif"
    frames = [Image.new("L", (128, 128), shade) for shade in (10, 200, 90)]
    frames[0].save(gif, save_all=True, append_images=frames[1:], duration=100)
    drop(one, gif, "image/gif")
    wait_for_input(one, "two.gif")
    before = trace(one)
    one.page.get_by_role("slider", name="Frame").press("End")
    after(one, before)
    assert one.page.evaluate("window.cutaway.state.trace.value.input.frame") == 2
    sound = tmp_path / "tone.wav"
    sound.write_bytes(wav(tone(1.5, 8_000), 8_000))
    drop(one, sound, "audio/wav")
    wait_for_input(one, "tone.wav")
    told = one.page.evaluate("window.cutaway.state.trace.value.input")
    assert (told["kind"], told["rate"]) == ("audio", 8000)
    picture = one.page.locator(".fed-picture.heard img")
    assert picture.evaluate("img => [img.complete, img.naturalWidth]") == [True, 384]
    assert one.page.get_by_text("0:01.50 at 8,000 Hz").is_visible()
    assert one.page.get_by_role("slider", name="Frame").count() == 0


def test_words_are_typed_and_pasted_and_their_tokens_shown(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    model = embedding(tmp_path)
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    file = tokenizer(folder)
    one = tab("small").open(serve("open", model, "--tokenizer", file).url)
    before = trace(one)
    one.page.get_by_label("Words to feed").fill("a grey shoe")
    one.page.get_by_role("button", name="Feed", exact=True).click()
    after(one, before)
    tokens = one.page.get_by_label("5 tokens").locator("li")
    assert tokens.all_text_contents() == ["[CLS]", "a", "grey", "shoe", "[SEP]"]
    before = trace(one)
    one.page.evaluate("document.activeElement.blur()")
    paste(one, text="bag and bag and bag")
    after(one, before)
    assert one.page.get_by_label("Words to feed").input_value() == "bag and bag and bag"
    assert one.page.get_by_label("7 tokens").is_visible()


def test_a_tokenizer_is_chosen_where_none_lies_beside(
    serve: Callable[..., Server], tab: Callable[..., Tab], tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    one = tab("small").open(serve("open", embedding(tmp_path)).url)
    one.page.get_by_label("Words to feed").fill("a bag")
    one.page.get_by_role("button", name="Feed", exact=True).click()
    one.page.get_by_text("no tokenizer.json lies beside the model").first.wait_for()
    before = trace(one)
    one.page.locator(".words input[type=file]").set_input_files(tokenizer(folder))
    after(one, before)
    one.page.get_by_role("button", name="Feed", exact=True).click()
    one.page.get_by_label("4 tokens").wait_for()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.png", b"", "is empty"),
        ("half.wav", wav(tone(1.0))[:9_000], "truncated or broken"),
        ("words.csv", b"a,b\n1,cat\n", "has 'cat' in line 2, column 2"),
        ("notes.txt", b"A shoe.", "is text"),
    ],
)
def test_bad_files_are_a_message_and_what_was_shown_stays(
    demo: Server, tab: Callable[..., Tab], tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    one = tab("small").open(demo.url)
    before = trace(one)
    path = tmp_path / name
    path.write_bytes(content)
    drop(one, path, "")
    one.page.get_by_text(said).first.wait_for()
    one.idle()
    assert trace(one) == before
