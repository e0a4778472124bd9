"""External data of ONNX files: where it may lie, and where it does."""
# pyright: standard

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

from onnx import GraphProto, ModelProto, NodeProto, TensorProto

from cutaway.errors import BrokenFile, RefusedFile
from cutaway.loaders.onnx.tensors import byte_length, is_external


def settle(model: ModelProto, path: Path) -> tuple[Path, set[Path]]:
    """The folder that holds all data of a model, and the files in it that do.

    Every external tensor is checked, and its location made relative to that folder, links
    followed: neither we nor the engine need to follow any later.

    Args:
        model: its locations are changed in place.
        path: of the model.

    Raises:
        RefusedFile: some location leads out of the model's folder.
        BrokenFile: a file is missing or too short, or a size is not the shape's.
    """
    held = [tensor for tensor in _tensors(model) if is_external(tensor)]
    known: dict[str, Path] = {}
    places = [_checked(tensor, path, known) for tensor in held]
    files = {path.resolve(), *places}
    folder = Path(os.path.commonpath([file.parent for file in files]))
    for tensor, place in zip(held, places, strict=True):
        for entry in tensor.external_data:
            if entry.key == "location":
                entry.value = place.relative_to(folder).as_posix()
    return folder, files


def _checked(tensor: TensorProto, model: Path, known: dict[str, Path]) -> Path:
    """The real file that holds an external tensor: inside the folder of the model, long enough.

    Args:
        tensor: external.
        model: the file that it is a tensor of.
        known: the files at the locations seen so far; added to. Thousands of tensors lie in one.
    """
    words = {entry.key: entry.value for entry in tensor.external_data}
    location = words.get("location", "")
    file = known.get(location) or _inside(location, model, tensor.name)
    known[location] = file
    try:
        offset, size, needed = (
            int(words.get("offset") or 0),
            file.stat().st_size,
            byte_length(tensor),
        )
        length = int(words.get("length") or needed)
    except (OSError, ValueError) as problem:
        raise BrokenFile(
            f"the data of tensor '{tensor.name}' should lie in {location} beside the model, "
            f"which cannot be read: {problem}; copy that file there too"
        ) from problem
    if offset < 0 or offset + length > size:
        raise BrokenFile(
            f"the data of tensor '{tensor.name}' should end at byte {offset + length:,} of "
            f"{location}, which has {size:,}; fetch or export the files again"
        )
    if length != needed:
        raise BrokenFile(
            f"tensor '{tensor.name}' of shape {tuple(tensor.dims)} needs {needed:,} bytes, "
            f"{location} is said to hold {length:,}; export the model again"
        )
    return file


def _inside(location: str, model: Path, name: str) -> Path:
    """The file at a location relative to the model's folder, links followed."""
    leads = (model.parent / location).resolve()
    if location == model.name:
        return leads
    parts = PurePosixPath(location).parts + PureWindowsPath(location).parts
    absolute = PurePosixPath(location).is_absolute() or bool(PureWindowsPath(location).anchor)
    # Where the model is itself a link, as in download caches, its data lies beside the original.
    folders = model.parent.resolve(), model.resolve().parent
    inside = any(leads.is_relative_to(folder) for folder in folders)
    if not location or absolute or ".." in parts or not inside:
        raise RefusedFile(
            f"the data of tensor '{name}' is said to lie in '{location}', outside the model's "
            "folder, which Cutaway does not read; put the file beside the model and name it so"
        )
    return leads


def _tensors(model: ModelProto) -> Iterator[TensorProto]:
    """Every tensor of a model: of its graph, of bodies inside it, and of its functions."""
    yield from _graph_tensors(model.graph)
    for function in model.functions:
        yield from _node_tensors(function.node)


def _graph_tensors(graph: GraphProto) -> Iterator[TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _node_tensors(graph.node)


def _node_tensors(nodes: Iterable[NodeProto]) -> Iterator[TensorProto]:
    """Tensors in attributes, whatever type an attribute claims to be of."""
    for node in nodes:
        for attribute in node.attribute:
            if attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("sparse_tensor"):
                yield from (attribute.sparse_tensor.values, attribute.sparse_tensor.indices)
            yield from attribute.tensors
            if attribute.HasField("g"):
                yield from _graph_tensors(attribute.g)
            for graph in attribute.graphs:
                yield from _graph_tensors(graph)
