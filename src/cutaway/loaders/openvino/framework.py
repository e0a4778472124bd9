"""OpenVINO itself: imported without a trace in the home folder, and what it says in errors."""
# pyright: standard

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
import threading
from types import ModuleType
from typing import Final

from cutaway.errors import BrokenFile, MissingPackage, ModelError, UnsupportedModel

_TELEMETRY: Final = "openvino_telemetry"
_importing = threading.Lock()
_LONGEST: Final = 400
_NOISE: Final = re.compile(
    r"Caught exception: |Exception from \S+:\d+:|Check '.*?' failed at \S+:\d+:"
    r"|While validating node '.*?' with friendly_name '.*?':|FrontEnd API failed with \w+:"
    r"|\[GeneralFailure\]:?|\[OpConversionFailure\]:?"
)
"""What names places in OpenVINO's own source."""
_LACKING: Final = re.compile(
    r"(?i)not supported|unsupported|no translator found|cannot create|not implemented|"
    r"failed to convert|opset|doesn't support|does not support|ConversionFailure|NotImplemented"
)
"""Words of OpenVINO about what it lacks, not about what is damaged."""
_MISSING: Final = re.compile(r"is not initialized, model is inconsistent|exceed data size")
"""Words about variables whose numbers are not in the files."""


def load_openvino(name: str) -> ModuleType:
    """The module ``openvino``.

    The package that counts its uses writes an id into the home folder as soon as it is made; it is
    kept from being imported, for which OpenVINO is prepared.

    Args:
        name: of the file that needs it.

    Raises:
        MissingPackage: it is not installed or cannot be imported.
    """
    if importlib.util.find_spec("openvino") is None:
        raise MissingPackage(f"{name} is read by OpenVINO: pip install 'cutaway[openvino]'")
    with _importing:
        if "openvino" in sys.modules:
            return importlib.import_module("openvino")
        held = sys.modules.get(_TELEMETRY)
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment] # what is None cannot be imported
        try:
            return importlib.import_module("openvino")
        except ImportError as problem:
            raise MissingPackage(
                f"OpenVINO cannot be imported: {problem}; run pip install 'cutaway[openvino]'"
            ) from problem
        finally:
            if held is None:
                del sys.modules[_TELEMETRY]
            else:
                sys.modules[_TELEMETRY] = held


def said(problem: BaseException) -> str:
    """OpenVINO's own words in one line, without places in its source."""
    words = " ".join(str(problem).split())
    found = " ".join(_NOISE.sub(" ", words).split())
    return found[:_LONGEST] or words[:_LONGEST] or type(problem).__name__


def refusal(name: str, problem: Exception) -> ModelError:
    """The error for a model that OpenVINO did not read.

    Args:
        name: of the file.
        problem: what OpenVINO raised.
    """
    words = said(problem).rstrip(".")
    if _MISSING.search(words):
        return BrokenFile(
            f"{name} lacks numbers of its variables, which should lie in its folder 'variables': "
            f"OpenVINO says: {words}; fetch or export the whole folder again"
        )
    if _LACKING.search(f"{type(problem).__name__} {words}"):
        return UnsupportedModel(
            f"{name} holds something that OpenVINO does not read: {words}; "
            "convert the model to ONNX, and open that"
        )
    return BrokenFile(
        f"{name} is truncated or damaged: OpenVINO says: {words}; fetch or export it again"
    )
