"""Opens a booster or a trusted pickle as a Model."""
# pyright: standard

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from cutaway.errors import BrokenFile, RefusedFile, UnsupportedModel
from cutaway.loaders.base import Facts, Model, Options, Report
from cutaway.loaders.onnx.opening import model_of
from cutaway.loaders.trees.converted import Converted, of_forest
from cutaway.loaders.trees.recognition import kind_of
from cutaway.loaders.trees.ubjson import UbjsonError, read_ubjson

LARGEST: Final = 1 << 29
"""Bytes of a document at most; its numbers take several times as much memory while it is read."""
_MOST_MESSAGE: Final = (1 << 31) - 1
"""Bytes of an ONNX message that the engine takes."""


def open_trees(path: Path, report: Report, options: Options) -> Model:
    """The model in a file, converted in memory.

    Raises:
        RefusedFile: it is a pickle, and is not trusted.
        MissingPackage: it is a pickle that needs packages which are not installed.
        BrokenFile: it is truncated or damaged.
        UnsupportedModel: it is too large, or nothing that is opened here.
    """
    with path.open("rb") as file:
        kind = kind_of(path, file.read(4096))
    report("reading the file")
    converted = _pickled(path, report, options) if kind == "pickle" else _booster(path, kind)
    if converted.message.ByteSize() > _MOST_MESSAGE:
        raise UnsupportedModel(f"{path.name} is too large: the engine takes at most 2 GB")
    report("reading the structure")
    size = path.stat().st_size
    model = model_of(converted.message, path.name, path.parent, size)
    facts = Facts(
        format=converted.format,
        producer=converted.producer,
        bytes=size,
        parameters=model.facts.parameters,
        metadata=converted.metadata,
    )
    graph = replace(model.graph, notes=(*model.graph.notes, *converted.notes))
    return replace(model, facts=facts, graph=graph, labels=converted.labels or model.labels)


def _pickled(path: Path, report: Report, options: Options) -> Converted:
    if not options.trust:
        raise RefusedFile(
            f"{path.name} is a pickle of scikit-learn or its kin, and a pickle can run any code "
            "when it is read; where you trust its author open it with --trust (trust=True in "
            "Python)"
        )
    from cutaway.loaders.trees.pickles import converted_pickle

    return converted_pickle(path, report)


def _booster(path: Path, kind: str | None) -> Converted:
    size = path.stat().st_size
    if size > LARGEST:
        raise UnsupportedModel(
            f"{path.name} has {size >> 20:,} MB; Cutaway reads boosters of at most "
            f"{LARGEST >> 20:,} MB: convert it to ONNX"
        )
    content = path.read_bytes()
    try:
        if kind == "lightgbm":
            from cutaway.loaders.trees.lightgbm import forest_of

            text = content.decode("utf-8", "replace")
            version = text[:64].partition("version=")[2].split("\n")[0].strip()
            return of_forest(
                forest_of(text, path.name), path.name, "LightGBM", None, version=version
            )
        from cutaway.loaders.trees.xgboost import forest_of as xgboost_forest

        document = read_ubjson(content) if kind == "xgboost ubj" else json.loads(content)
    except (UbjsonError, ValueError, RecursionError, MemoryError) as problem:
        raise BrokenFile(
            f"{path.name} is truncated or damaged: {problem}; fetch or save it again"
        ) from problem
    del content
    forest, producer = xgboost_forest(document, path.name)
    return of_forest(forest, path.name, "XGBoost", producer)
