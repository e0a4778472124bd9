"""Vectors: classes, embeddings, and numbers with names."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from cutaway.outputs.classes import is_raw, vector_of
from cutaway.outputs.seen import Array, Floats, Guess, Output, Seen
from cutaway.outputs.several import sign_of
from cutaway.outputs.signs import model_says, says, span

_SCORED: Final = ("Softmax", "Sigmoid", "HardSigmoid", "LogSoftmax")
_EMBEDDING: Final = (
    "embed.*", "features?", "feature_vector", "latent.*", "descriptor", "representation",
    "arcface.*", "facenet.*", "pooler_output", "last_hidden_state", "image_embeds", "codes?",
)  # fmt: skip
_SPEECH: Final = ("vad", "silero.*", "speech.*")
_NUMBERS: Final = (
    "age", "price", "angle", "bbox", "box", "coordinates?", "regress.*", "value", "steering.*",
    "temperature", "distance", "yaw", "pitch", "roll", "landmarks?", "pose",
)  # fmt: skip
_STANDARD_LENGTHS: Final = frozenset({64, 96, 128, 192, 256, 320, 384, 512, 640, 768, 1024, 1280,
                                      1536, 1792, 2048, 2304, 2560, 4096})  # fmt: skip
_EITHER: Final = (
    ", raw: taken for classes of which one holds, by a softmax; where several may hold at once, "
    "which nothing here tells, choose the activation 'sigmoid' under Read as…"
)
_RECURRENT: Final = frozenset({"LSTM", "GRU", "RNN"})


def recognize_classes(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """Class vectors: each output that is one, those that are scores where others are none."""
    vectors = [o for o in outputs if o.numeric and vector_of(o.array) is not None]
    vectors = [o for o in vectors if o.array.dtype.kind in "fV" or len(outputs) == 1 or forced]
    scored = [o for o in vectors if o.kind in _SCORED or _named(seen, o)]
    binary = [o for o in outputs if _is_binary(seen, o, forced)]
    found = (scored or vectors) if len(vectors) > 1 else vectors
    return [_classes(seen, o) for o in found] + [_binary(o) for o in binary]


def _named(seen: Seen, output: Output) -> bool:
    return seen.labels is not None and len(seen.labels) == output.array.size


def _classes(seen: Seen, output: Output) -> Guess:
    length = output.array.size
    values = np.asarray(output.array, np.float64)
    activation = "softmax" if output.kind == "LogSoftmax" else "auto"
    several = output.kind in ("Sigmoid", "HardSigmoid") and abs(float(values.sum()) - 1) > 0.01
    why = f"'{output.name}' is one vector of {length:,} numbers"
    why += ", as many as there are labels" if _named(seen, output) else ""
    if several:
        why += ", each from a sigmoid: several classes may hold at once"
    elif output.kind in ("Softmax", "LogSoftmax"):
        why += ", after a softmax"  # of logarithms one more gives the probabilities back
    elif is_raw(output.array.reshape(-1), output.kind):
        sign = sign_of(seen, output)
        if sign is None:
            why += _EITHER
        else:
            several, activation = True, "sigmoid"
            why += f", raw; {sign}, so several may hold at once: a sigmoid is applied to each here"
    settings = {"output": output.value, "activation": activation, "several": several}
    return Guess("classes", "Classes", why, (output.value,), settings)


def _is_binary(seen: Seen, output: Output, forced: bool) -> bool:
    """Whether one number says yes or no: it comes from a sigmoid and is no chance of speech."""
    if output.array.size != 1 or output.array.dtype.kind not in "fV":
        return False
    scored = output.kind in ("Sigmoid", "HardSigmoid") and not model_says(seen, *_SPEECH)
    return forced or scored or (seen.labels is not None and len(seen.labels) == 2)


def _binary(output: Output) -> Guess:
    low, high = span(np.asarray(output.array))
    raw = output.kind not in ("Sigmoid", "HardSigmoid") and not (low >= 0 and high <= 1)
    why = f"'{output.name}' is one number"
    why += ", to which a sigmoid is applied here: yes or no" if raw else " from 0 to 1: yes or no"
    settings = {
        "output": output.value,
        "activation": "sigmoid" if raw else "none",
        "several": False,
    }
    return Guess("classes", "Yes or no", why, (output.value,), settings)


def recognize_embedding(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """A vector named so, or of length 1 in space without labels."""
    for output in outputs:
        shape = tuple(length for length in output.shape if length != 1)
        if len(shape) != 1 or shape[0] < 16 or not output.numeric:
            continue
        named = says(output.name, *_EMBEDDING) or model_says(
            seen, "embed.*", "arcface.*", "facenet.*"
        )
        values = np.asarray(output.array, np.float64).reshape(-1)
        norm = float(np.linalg.norm(values)) if np.isfinite(values).all() else 0.0
        unit = abs(norm - 1) < 1e-2 and float(values.min()) < 0
        usual = shape[0] in _STANDARD_LENGTHS and not _named(seen, output)
        if output.kind in _SCORED and not (named or forced):
            continue
        if forced or (named and not _named(seen, output)) or (unit and usual):
            why = f"'{output.name}' is a vector of {shape[0]:,} numbers"
            why += ", and names say embedding" if named else ""
            why += ", of length 1 in space" if unit else ""
            settings = {"output": output.value}
            return [Guess("embedding", "Embedding", why, (output.value,), settings)]
    return []


def recognize_rebuilt(seen: Seen, outputs: list[Output], _forced: bool) -> list[Guess]:
    """An output that has the input's own shape and is no picture: an autoencoder's."""
    fed = seen.fed
    if fed is None or seen.size is not None or fed.dtype.kind != "f" or seen.kinds & _RECURRENT:
        return []
    if seen.inputs != 1:
        return []
    # Sequences come out of most layers as long and wide as they went in.
    if fed.ndim > 2 and not model_says(seen, ".*auto.?encoder.*", ".*anomal.*", "vae", ".*recon.*"):
        return []
    for output in outputs:
        if output.shape == fed.shape and fed.size >= 8 and output.kind not in _SCORED:
            why = (
                f"'{output.name}' has the shape of the input, {output.shape}: what an autoencoder "
                "makes of it, told by how far it is from what was fed"
            )
            settings = {"output": output.value, "form": "rebuilt"}
            return [Guess("numbers", "Rebuilt", why, (output.value,), settings)]
    return []


def recognize_measures(seen: Seen, outputs: list[Output], _forced: bool) -> list[Guess]:
    """Short vectors whose names say what they measure, so that they are no classes."""
    found = [
        o for o in outputs
        if o.numeric and 1 < o.array.size <= 64 and o.kind not in _SCORED
        and says(o.name, *_NUMBERS) and not _named(seen, o)
    ]  # fmt: skip
    if not found:
        return []
    names = ", ".join(f"'{o.name}'" for o in found[:4])
    settings = {"form": "plain", "outputs": [o.value for o in found], "names": []}
    why = f"{names}: numbers by their names, no classes"
    return [Guess("numbers", "Numbers", why, tuple(o.value for o in found), settings)]


def recognize_numbers(seen: Seen, outputs: list[Output], forced: bool) -> list[Guess]:
    """Outputs of one number each."""
    found = [o for o in outputs if o.numeric and o.array.size <= (1024 if forced else 1)]
    if not found:
        return []
    speech = len(found) == 1 and found[0].array.size == 1 and model_says(seen, *_SPEECH)
    names = ", ".join(f"'{o.name}'" for o in found[:4])
    single = all(o.array.size == 1 for o in found)
    why = f"{names}: {'a single number each' if len(found) > 1 else 'a single number'}"
    why = why if single else f"{names}: numbers as they are"
    if speech:
        why += ", and names say speech: how likely it is"
    settings: dict[str, Any] = {"form": "plain", "outputs": [o.value for o in found]}
    settings["names"] = ["speech probability"] if speech else []
    title = "Speech" if speech else "Numbers"
    return [Guess("numbers", title, why, tuple(o.value for o in found), settings)]


def cosine(vector: Array, others: Array) -> Floats:
    """(N,) cosine similarity, -1..1, of one vector (D,) with others (N, D); NaN with a zero vector.

    Nearest neighbours of an embedding are those of the largest similarity.
    """
    one, many = np.asarray(vector, np.float64), np.asarray(others, np.float64)
    lengths = np.linalg.norm(many, axis=1) * np.linalg.norm(one)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (many @ one) / lengths
