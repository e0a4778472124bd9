"""Points, pictures, vectors, sound, text and numbers: what is recognized, and what is read."""

import io
import wave

import numpy as np
import pytest
from outputs.seen import SIZE, output, seen

from cutaway import outputs
from cutaway.errors import InputError
from cutaway.outputs import images, keypoints, sound, words
from cutaway.outputs.recognition import corrected, recognize

HEIGHT, WIDTH = SIZE


def only(picture, kind):
    (guess,) = recognize(picture)
    assert guess.kind == kind, guess
    return guess


def test_heatmaps_are_points_at_their_peaks():
    maps = np.zeros((1, 17, 16, 24), np.float32)
    for point in range(17):
        maps[0, point, point % 16, point] = 0.9
    maps[0, 3, 3, 4] = 0.5  # leans to the right
    picture = seen(output(1, "heatmaps", maps))
    guess = only(picture, "keypoints")
    assert guess.settings["skeleton"] == "person"
    found = keypoints.decode(guess.settings, picture)
    assert found.points.shape == (1, 17, 3)
    np.testing.assert_allclose(found.points[0, 5], [5.5 * 4, 5.5 * 4, 0.9])
    np.testing.assert_allclose(found.points[0, 3], [(3.5 + 0.25) * 4, 3.5 * 4, 0.9])
    cells = found.cells[0].of(0)
    assert [picture.by_value[v].array.reshape(-1)[f] for v, f in cells] == pytest.approx([0.9] * 17)


def test_movenet_tells_y_first():
    points = np.random.default_rng(0).uniform(0, 1, (1, 1, 17, 3)).astype(np.float32)
    picture = seen(output(1, "output_0", points), words="movenet.tflite")
    guess = only(picture, "keypoints")
    found = keypoints.decode(guess.settings, picture)
    expected = points[0, 0][:, [1, 0, 2]] * [WIDTH, HEIGHT, 1]
    np.testing.assert_allclose(found.points[0], expected, rtol=1e-6)


def test_68_points_of_a_face_in_one_row():
    row = np.random.default_rng(0).uniform(0, 1, (1, 136)).astype(np.float32)
    picture = seen(output(1, "landmarks", row))
    guess = only(picture, "keypoints")
    assert guess.settings["skeleton"] == "none"
    found = keypoints.decode(guess.settings, picture)
    np.testing.assert_allclose(
        found.points[0, :, :2], row.reshape(68, 2) * [WIDTH, HEIGHT], rtol=1e-6
    )


def test_bones_join_points_that_there_are():
    assert max(max(pair) for pair in keypoints.PERSON) == 16
    assert max(max(pair) for pair in keypoints.HAND) == 20
    assert len(keypoints.HAND) == 20


def test_a_larger_picture_is_enlarged_and_the_same_size_is_made_anew():
    larger = seen(output(1, "out", np.ones((1, 3, 128, 192), np.float32), "Clip"))
    assert only(larger, "picture").title == "Enlarged"
    fed = np.zeros((1, 3, *SIZE), np.float32)
    same = seen(output(1, "out", np.ones((1, 3, *SIZE), np.float32), "Tanh"), fed=fed)
    guess = only(same, "picture")
    assert guess.settings["range"] == [-1.0, 1.0]
    np.testing.assert_allclose(images.picture(guess.settings, same), 1)
    gray = np.full((1, 1, *SIZE), 0.25, np.float32)
    rebuilt = seen(output(1, "decoded", gray, "Sigmoid"), channels=1, fed=gray)
    assert only(rebuilt, "picture").settings["luma"] is False


def test_classes_among_several_outputs():
    both = seen(
        output(1, "label", np.int64([2])),
        output(2, "probabilities", np.float32([[0.1, 0.2, 0.7]]), "Softmax"),
        size=None,
    )
    kinds = {guess.kind: guess for guess in recognize(both)}
    assert kinds["classes"].values == (2,)
    assert kinds["numbers"].values == (1,)


def test_several_classes_at_once_after_sigmoids():
    many = seen(output(1, "scores", np.float32([[0.9, 0.8, 0.1]]), "Sigmoid"), size=None)
    guess = only(many, "classes")
    assert guess.settings["several"] is True
    assert "several classes may hold" in guess.why
    soft = seen(output(1, "scores", np.float32([[0.9, 0.05, 0.05]]), "Softmax"), size=None)
    assert only(soft, "classes").settings["several"] is False


def test_one_number_after_a_sigmoid_says_yes_or_no():
    assert only(seen(output(1, "out", np.float32([[0.8]]), "Sigmoid")), "classes").settings == {
        "output": 1, "activation": "none", "several": False,
    }  # fmt: skip
    assert only(seen(output(1, "price", np.float32([[180.0]]), "Add")), "numbers")
    speech = seen(output(1, "output", np.float32([[0.8]]), "Sigmoid"), words="silero_vad.onnx")
    assert only(speech, "numbers").settings["names"] == ["speech probability"]


def test_embeddings_by_name_and_by_length():
    vector = np.random.default_rng(1).normal(size=(1, 512)).astype(np.float32)
    assert only(seen(output(1, "embedding", vector)), "embedding")
    assert only(seen(output(1, "out", vector / np.linalg.norm(vector))), "embedding")
    assert only(seen(output(1, "out", vector)), "classes")
    others = np.stack([vector[0], -vector[0], np.zeros(512)])
    near = outputs.cosine(vector[0], others)
    np.testing.assert_allclose(near[:2], [1, -1])
    assert np.isnan(near[2])


def test_rebuilt_vectors_are_told_by_their_error():
    fed = np.zeros((1, 640), np.float32)
    guess = only(seen(output(1, "dense_9", fed + 1), size=None, fed=fed), "numbers")
    assert guess.settings["form"] == "rebuilt"


def test_a_sound_is_told_from_a_vector_and_keeps_its_samples():
    time = np.arange(16_000) / 16_000
    tone = (0.5 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)[None]
    picture = seen(output(1, "enhanced", tone), size=None, fed=np.zeros((1, 16_000), np.float32))
    guess = only(picture, "sound")
    samples = sound.waves(guess.settings, picture)
    np.testing.assert_array_equal(samples, tone)
    with wave.open(io.BytesIO(sound.wav(samples, 16_000))) as file:
        assert (file.getframerate(), file.getnframes(), file.getnchannels()) == (16_000, 16_000, 1)
        read = np.frombuffer(file.readframes(16_000), "<i2") / 32767
    np.testing.assert_allclose(read, tone[0], atol=1e-4)
    levels = sound.spectrogram(samples, 16_000)
    loudest = levels.mean(axis=1).argmax() * 8000 / (levels.shape[0] - 1)
    assert abs(loudest - 440) < 35
    ends = sound.ranges(samples, 100)
    assert ends.shape == (1, 100, 2)
    assert ends.max() == pytest.approx(0.5, abs=1e-3)


def test_the_next_token_and_letters_over_time():
    logits = np.zeros((1, 4, 300), np.float32)
    logits[0, -1, [7, 9]] = [6, 5]
    text = seen(output(1, "logits", logits), size=None, text_in=True)
    guess = only(text, "text")
    best = words.tokens(guess.settings, text, 2)
    assert [token.id for token in best] == [7, 9]
    assert best[0].score == pytest.approx(np.exp(6) / (np.exp(6) + np.exp(5) + 298), rel=1e-6)
    assert logits.reshape(-1)[best[0].flats[0]] == 6
    steps = np.full((1, 7, 12), -5.0, np.float32)
    for place, letter in enumerate([0, 3, 3, 0, 3, 5, 5]):
        steps[0, place, letter] = 5
    heard = seen(output(1, "logits", steps), size=None, words="wav2vec2.onnx")
    guess = only(heard, "text")
    assert [token.id for token in words.tokens(guess.settings, heard, 99)] == [3, 3, 5]


def test_what_is_not_recognized_says_so():
    odd = seen(
        output(1, "a", np.zeros((3, 5, 7, 2, 2))), output(2, "b", np.zeros((4, 4))), size=None
    )
    guess = only(odd, "tensor")
    assert guess.values == (1, 2)
    assert "nothing is recognized in 'a', 'b'" in guess.why


def test_states_are_in_no_reading():
    two = seen(
        output(1, "output", np.float32([[0.8]])), output(2, "stateN", np.zeros((2, 1, 128))),
        size=None, states=frozenset({2}), words="silero_vad",
    )  # fmt: skip
    assert only(two, "numbers").values == (1,)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"kind": "smell"}, "a reading is one of boxes"),
        ({"kind": "masks", "values": [9]}, "outputs that can be read are 1 "),
        ({"kind": "boxes"}, "read as boxes were wanted"),
        ({"kind": "boxes", "settings": {"layout": "magic"}}, "layouts of boxes are"),
        ({"kind": "masks", "settings": {"threshold": 3}}, "threshold is a number from 0 to 1"),
        ({"kind": "masks", "settings": {"sharp": 1}}, "got 'sharp'"),
        ({"kind": "masks", "settings": {"activation": "relu"}}, "one of auto, none"),
        ({"kind": "masks", "settings": []}, "JSON object"),
        ({"kind": "masks", "values": 3}, "list of ids"),
        ({"kind": "masks", "settings": {"output": 77}}, "the id of an output: 1"),
    ],
)
def test_corrections_that_do_not_fit_say_why(said, sentence):
    picture = seen(output(1, "seg", np.zeros((1, 4, *SIZE), np.float32)))
    with pytest.raises(InputError, match=sentence):
        corrected(picture, {"settings": {}, **said} if said.get("settings") != [] else said)


def test_the_user_has_the_last_word():
    picture = seen(output(1, "out", np.linspace(0, 1, 64 * 96).reshape(1, 1, *SIZE), "Sigmoid"))
    assert only(picture, "masks")
    guess = corrected(picture, {"kind": "depth", "values": [1], "settings": {"near": "high"}})
    assert (guess.kind, guess.settings["near"]) == ("depth", "high")
    assert guess.why.startswith("you chose it so")
    assert corrected(picture, {"kind": "tensor"}).values == (1,)
