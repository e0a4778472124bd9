"""Whether bytes begin an ONNX model, which has no signature."""

from __future__ import annotations

from cutaway.loaders.onnx.wire import LENGTH, VARINT, WireError, varint

# Fields of ModelProto (onnx.proto): their wire type by number.
_FIELDS = {
    1: VARINT,  # ir_version
    2: LENGTH,  # producer_name
    3: LENGTH,  # producer_version
    4: LENGTH,  # domain
    5: VARINT,  # model_version
    6: LENGTH,  # doc_string
    7: LENGTH,  # graph
    8: LENGTH,  # opset_import
    14: LENGTH,  # metadata_props
    20: LENGTH,  # training_info
    25: LENGTH,  # functions
    26: LENGTH,  # configuration
}
_IR_VERSION, _PRODUCER, _GRAPH = 1, 2, 7
_HIGHEST_IR = 1000
_LONGEST_NAME = 1000


def is_onnx(head: bytes, size: int) -> bool:
    """Whether a file is an ONNX model, perhaps a truncated one.

    Its fields, as far as they are seen, must be those of a model and include an IR version or a
    graph. (A TensorFlow SavedModel begins alike, but where the producer's name would be it has a
    message.)

    Args:
        head: the first bytes of the file.
        size: of the whole file.
    """
    at, seen = 0, set[int]()
    try:
        while at < len(head):
            key, at = varint(head, at, len(head))
            number, wire = key >> 3, key & 7
            if _FIELDS.get(number) != wire:
                return False
            value, at = varint(head, at, len(head))
            if number == _IR_VERSION and not 0 < value < _HIGHEST_IR:
                return False
            if number == _PRODUCER and not _is_name(head[at : at + value], value):
                return False
            seen.add(number)
            if number == _GRAPH:
                return True
            at += value if wire == LENGTH else 0
    except WireError:
        return _IR_VERSION in seen and (len(head) < size or len(seen) > 1)
    return _IR_VERSION in seen and at > len(head) and len(seen) > 1


def is_ort(head: bytes) -> bool:
    """Whether a file is in ONNX Runtime's own format, by its first bytes."""
    return head[4:8] == b"ORTM"


def _is_name(found: bytes, length: int) -> bool:
    return length <= _LONGEST_NAME and all(byte >= 0x20 for byte in found)
