import os
import threading
from contextlib import ExitStack

from hypothesis import given
from hypothesis import strategies as st

from cutaway.worker import frames

headers = st.dictionaries(st.text(), st.none() | st.integers(-(2**53), 2**53) | st.text())


@given(st.lists(st.tuples(headers, st.binary()), max_size=5))
def test_frames_come_out_as_they_went_in(sent: list[tuple[dict, bytes]]) -> None:
    with ExitStack() as stack:
        source, out = os.pipe()
        stack.callback(os.close, source)

        def write() -> None:
            for header, body in sent:
                frames.write(out, frames.pack(header, body))
            os.close(out)

        writer = threading.Thread(target=write)
        writer.start()
        stack.callback(writer.join)
        for header, body in sent:
            frame = frames.read(source)
            assert frame is not None
            assert (frame[0], bytes(frame[1])) == (header, body)
        assert frames.read(source) is None


def test_a_body_of_megabytes_passes_a_pipe_of_kilobytes() -> None:
    body = os.urandom(3 << 20)
    source, out = os.pipe()
    writer = threading.Thread(target=lambda: frames.write(out, frames.pack({"id": 1}, body)))
    writer.start()
    frame = frames.read(source)
    writer.join()
    os.close(out)
    assert frame is not None
    assert bytes(frame[1]) == body
    os.close(source)


def test_a_frame_cut_off_is_the_end() -> None:
    source, out = os.pipe()
    os.write(out, b"".join(bytes(part) for part in frames.pack({"id": 1}, b"abc"))[:-2])
    os.close(out)
    assert frames.read(source) is None
    os.close(source)
