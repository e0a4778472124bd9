"""Outputs of a gallery's entries, read as those of single runs are."""

from __future__ import annotations

from collections.abc import Mapping

from cutaway import inputs, survey
from cutaway.errors import CutawayError
from cutaway.loaders import Model
from cutaway.session.feeding import Fed
from cutaway.session.reading import Facts, Readings, context, facts
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Targets
from cutaway.trace import Array


def readings_of(
    model: Model,
    known: Facts,
    targets: Targets,
    sidecar: Sidecar,
    array: Array,
    outputs: Mapping[int, Array],
    geometry: inputs.Geometry | None = None,
) -> Readings:
    """What one entry's outputs may mean; nothing is read yet.

    Args:
        model: the network.
        known: what its file says of its outputs.
        targets: its inputs.
        sidecar: the tokenizer that the user chose.
        array: of the main input, one entry in it.
        outputs: what came of it, by value id.
        geometry: from the picture as it came; None where it was taken as it is.
    """
    main, tokenizer = targets.main, sidecar.tokenizer
    fed = Fed({main.id: array}, main, None, [], [], "", targets, {}, frozenset(), geometry)
    return Readings(
        lambda labels, item: context(model, known, outputs, fed, labels, tokenizer, item)
    )


def judged(
    model: Model, targets: Targets, sidecar: Sidecar, array: Array, outputs: Mapping[int, Array]
) -> survey.Classes | None:
    """The class vector of one entry's run, as the user corrected it or as it is recognized.

    Args:
        model: the network.
        targets: its inputs.
        sidecar: class names, and what the user said of the outputs.
        array: of the main input, one entry in it.
        outputs: what came of it, by value id.
    """
    readings = readings_of(model, facts(model), targets, sidecar, array, outputs)
    try:
        readings.first(sidecar.labels, sidecar.reading)
        found = readings.classes_read()
    except CutawayError:
        return None
    if found is None:
        return None
    output, activation = found
    return survey.Classes(output.value, output.kind, activation)
