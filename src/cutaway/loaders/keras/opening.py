"""Opens a Keras file as a Model."""
# pyright: standard

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from cutaway.errors import UnknownKey
from cutaway.graph import Graph
from cutaway.loaders.base import Facts, Model, Options, Report
from cutaway.loaders.keras.framework import load_keras, require_keras
from cutaway.trace import Array, Runner


def open_keras(path: Path, report: Report, options: Options) -> Model:
    """The model in a file; nothing in it is executed unless ``options.trust`` is set.

    Raises:
        MissingPackage: Keras, h5py or a backend is missing or too old.
        BrokenFile, RefusedFile, UnsupportedModel, UnknownFormat: as ``read_source`` and ``revive``.
    """
    require_keras()
    # Imported here: both need packages of which the above has made sure.
    from cutaway.loaders.keras.arrays import as_array
    from cutaway.loaders.keras.old.first import is_first
    from cutaway.loaders.keras.revival import revive
    from cutaway.loaders.keras.source import read_source
    from cutaway.loaders.keras.structure import read_structure

    report("reading the file")
    source = read_source(path, trust=options.trust)
    report("starting Keras")
    keras = load_keras()
    report("reading the weights")
    model = revive(source, keras, trust=options.trust)
    structure = read_structure(model, keras)

    def weight(value: int) -> Array:
        if value not in structure.variables:
            raise UnknownKey(f"value {value} is no weight of this model")
        return as_array(structure.variables[value], structure.graph.values[value].dtype, keras)

    def start() -> Runner:
        from cutaway.loaders.keras.runner import KerasRunner

        return KerasRunner(structure, keras, model)

    metadata = {"backend": keras.backend.backend(), "keras": keras.__version__}
    if source.loss:
        metadata["loss"] = source.loss
    if source.backend:
        metadata["saved_by"] = source.backend
    elif not source.archive and is_first(source.version, source.config):
        # Theano's kernels are turned by 180 degrees; nothing else in the file tells them.
        metadata["saved_by"] = "not said; taken as tensorflow, whose kernels are not turned"
    return Model(
        name=path.name,
        facts=Facts(
            format="Keras",
            producer=f"Keras {source.version}" if source.version else None,
            bytes=path.stat().st_size,
            parameters=sum(
                math.prod(variable.shape)
                for value, variable in structure.variables.items()
                if structure.graph.values[value].what == "weight"
            ),
            metadata=metadata,
        ),
        graph=structure.graph,
        weight=weight,
        start=start,
        hints=stated_hints(structure.graph),
    )


def stated_hints(graph: Graph) -> dict[str, Any]:
    """What the model says of its input: a first layer that divides by 255 wants 0 to 255."""
    first = [node for node in graph.nodes if any(read.value in graph.inputs for read in node.reads)]
    if len(first) == 1 and first[0].op == "Rescaling":
        scale = first[0].attributes.get("scale")
        if isinstance(scale, float) and any(
            math.isclose(scale, known, rel_tol=1e-3) for known in (1 / 255, 1 / 127.5)
        ):
            return {"range": [0, 255]}
    return {}
