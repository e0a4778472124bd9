"""Which output of a gallery's network is read as classes: as a single run reads it."""

from __future__ import annotations

from collections.abc import Mapping

from cutaway import survey
from cutaway.errors import CutawayError
from cutaway.loaders import Model
from cutaway.session.feeding import Fed
from cutaway.session.reading import facts
from cutaway.session.reading.context import context
from cutaway.session.reading.readings import Readings
from cutaway.session.sidecar import Sidecar
from cutaway.session.targets import Targets
from cutaway.trace import Array


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
    main, known = targets.main, facts(model)
    fed = Fed({main.id: array}, main, None, [], [], "", targets, {}, frozenset())
    readings = Readings(lambda labels: context(model, known, outputs, fed, labels))
    try:
        readings.first(sidecar.labels, sidecar.reading)
        found = readings.classes_read()
    except CutawayError:
        return None
    if found is None:
        return None
    output, activation = found
    return survey.Classes(output.value, output.kind, activation)
