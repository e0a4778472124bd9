"""Signs that several classes may hold at once, where no sigmoid of the network says so."""

from __future__ import annotations

from typing import Final

from cutaway.outputs.seen import Output, Seen
from cutaway.outputs.signs import model_says, says

_STATED: Final = ("problem_type multi_label_classification",)
_LOSSES: Final = (
    "loss binary_?cross_?entropy", "loss binary_?focal_?cross_?entropy", "loss bce.*",
    "loss sigmoid_?cross_?entropy.*", "loss multi_?label.*",
)  # fmt: skip
"""Losses that judge each class by itself; what a softmax is trained by is never among them."""
_NAMED: Final = (
    "multi.?label.*", "multi.?hot.*", "tags?", "tagg(er|ing).*", ".*_?tags?", "auto.?tag.*",
    "wd14.*", "deepdanbooru.*",
)  # fmt: skip
_SOUNDS: Final = (
    "audio.?set", "yamnet.*", "panns?", "cnn14.*", "vggish.*", "efficientat.*", "sound.?events?",
    "audio.?events?", "audio.?tag.*",
)  # fmt: skip
"""Networks that hear events: speech and music at one time."""
_AUDIO_SET: Final = (521, 527)
"""Classes of AudioSet's ontology, as YAMNet and others have them."""

_LISTS: Final[tuple[tuple[str, frozenset[str]], ...]] = (
    ("AudioSet's sounds", frozenset({"speech", "music"})),
    ("findings in chest X-rays", frozenset({"atelectasis", "cardiomegaly"})),
    ("kinds of toxic comments", frozenset({"toxic", "obscene", "insult"})),
    ("kinds of toxic comments", frozenset({"toxicity", "obscene", "insult"})),
    ("attributes of faces", frozenset({"eyeglasses", "smiling", "bangs"})),
    ("tags of drawings", frozenset({"1girl", "solo"})),
)
"""Classes that stand in these lists alone, of which several hold at once."""


def sign_of(seen: Seen, output: Output) -> str | None:
    """What says that several classes of a vector may hold at once, in a few words.

    None where nothing says so, which is no proof of the contrary.
    """
    if model_says(seen, *_STATED):
        return "the file says multi_label_classification"
    if model_says(seen, *_LOSSES):
        return "it was trained by a loss that judges each class by itself"
    if says(output.name, *_NAMED) or says(seen.name, *_NAMED):
        return "names say so"
    if output.array.size in _AUDIO_SET and model_says(seen, *_SOUNDS):
        return "networks that hear events tell all that sound together"
    if seen.labels is not None and len(seen.labels) == output.array.size:
        labels = {label.strip().lower().replace(" ", "_") for label in seen.labels}
        for words, some in _LISTS:
            if some <= labels:
                return f"its labels are {words}"
    return None
