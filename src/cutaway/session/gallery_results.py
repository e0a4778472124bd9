"""What the predictions of a gallery amount to, as a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from cutaway import survey
from cutaway.session.gallery_documents import ConfusionDoc, LeftOutDoc, PairDoc, ResultDoc
from cutaway.trace import Array

if TYPE_CHECKING:
    from cutaway.session.gallery import Gallery

_TABLE: Final = 60
"""Classes of the largest table of mistakes."""
_WORST: Final = 50
_LEFT_OUT: Final = 100


def result_document(gallery: Gallery, names: Sequence[str] | None) -> ResultDoc:
    """A gallery's result as of now.

    Args:
        gallery: whose predictions may still be coming.
        names: of the classes, by number; None where none are known.
    """
    held = gallery.survey
    count = None if held is None else held.classes
    matched = survey.match(gallery.labels, names, count)
    truths = [matched.classes[label] for label in gallery.labels]
    entries = len(gallery.label_of)
    predicted = np.empty(0, np.int32) if held is None else held.predicted
    truth = truth_of(gallery, truths)[: len(predicted)]
    right, judged = survey.accuracy(truth, predicted)
    failed = {} if held is None else dict(held.failed)
    collected = gallery.collected.result() if entries else None
    return ResultDoc(
        gallery=gallery.number,
        state=cast("Any", gallery.state),
        message=gallery.message,
        count=entries,
        done=0 if held is None else held.done,
        classes=count,
        seconds=0.0 if held is None else held.seconds,
        batch=1 if held is None else held.batch,
        right=right,
        judged=judged,
        accuracy=right / judged if judged else None,
        loss=None if held is None else _loss(held, truth),
        truths=truths,
        matched=matched.how,
        unmatched=list(matched.unmatched),
        confusion=_confusion(truth, predicted) if judged else None,
        left_out=[
            LeftOutDoc(entry, collected.name_of(entry), failed[entry])
            for entry in sorted(failed)[:_LEFT_OUT]
            if collected is not None
        ],
        failed=len(failed),
        vectors=[] if held is None else list(held.vectors),
        notes=[] if held is None else list(held.notes),
        told=bool(gallery.told),
    )


def truth_of(gallery: Gallery, truths: Sequence[int]) -> Array:
    """(N,) int32 class numbers of the entries, NONE where nobody says.

    Args:
        gallery: whose entries have labels by number.
        truths: the class of each label.
    """
    table = np.asarray([*truths, survey.NONE], np.int32)
    return table[gallery.label_of]


def _loss(held: survey.Survey, truth: Array) -> float | None:
    """Mean of -ln of the true class's score, over entries that have both."""
    how = held.read
    if held.classes is None or how is None or how.output not in held.vectors:
        return None
    vectors = held.vectors[how.output]
    known = np.flatnonzero((truth != survey.NONE) & (held.predicted != survey.NONE))
    total = 0.0
    for first in range(0, len(known), 4096):
        some = known[first : first + 4096]
        found = survey.scores(vectors[some], how.kind, how.activation)
        found = found[np.arange(len(some)), truth[some]]
        total -= float(np.log(np.maximum(found, 1e-12)).sum())
    return total / len(known) if len(known) and np.isfinite(total) else None


def _confusion(truth: Array, predicted: Array) -> ConfusionDoc:
    found = survey.confusion(truth, predicted)
    counts, classes = found.counts, np.asarray(found.classes)
    wrong = counts.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:_WORST]
    pairs = [(int(at) // len(classes), int(at) % len(classes)) for at in order]
    shown = np.arange(len(classes))
    if len(classes) > _TABLE:
        mistakes = wrong.sum(axis=0) + wrong.sum(axis=1)
        shown = np.sort(np.argsort(-mistakes, kind="stable")[:_TABLE])
    return ConfusionDoc(
        classes=[int(one) for one in classes[shown]],
        counts=counts[np.ix_(shown, shown)].tolist(),
        shown=len(shown),
        total=len(classes),
        worst=[
            PairDoc(int(classes[t]), int(classes[p]), int(wrong[t, p]))
            for t, p in pairs
            if wrong[t, p]
        ],
    )
