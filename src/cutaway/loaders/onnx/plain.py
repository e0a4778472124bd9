"""An ONNX model as its maker would run it: its own outputs alone, every optimization on."""
# pyright: standard

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import onnxruntime as ort
from onnx import ModelProto

from cutaway.errors import Cancelled, RunError
from cutaway.graph import Graph
from cutaway.loaders.onnx.engine import as_array, as_ort, run_session
from cutaway.trace import Array, Control


class Plain:
    """A second session of a file, started when it is first asked for."""

    def __init__(self, light: ModelProto, graph: Graph, folder: Path) -> None:
        """Start nothing yet.

        Args:
            light: the file's message, its big tensors external.
            graph: read from it.
            folder: where the external tensors lie.
        """
        self._light = light
        self._graph = graph
        self._folder = folder
        self._session: ort.InferenceSession | None = None
        self._refused = False

    def predict(self, feeds: Mapping[int, Array], control: Control) -> dict[int, Array]:
        """The graph's outputs by value id.

        Args:
            feeds: checked arrays by value id.
            control: cancelling.

        Raises:
            RunError: the engine refuses the model or the run.
            Cancelled: the control said so.
        """
        if control.cancelled:
            raise Cancelled("the run was cancelled before it began")
        session = self._session or self._started()
        options = ort.RunOptions()

        def stop() -> None:
            options.terminate = True

        names = {value: self._graph.values[value].name for value in self._graph.outputs}
        given = {self._graph.values[v].name: as_ort(array) for v, array in feeds.items()}
        control.on_cancel = stop
        try:
            found = run_session(session, given, list(names.values()), options)
        except Exception as problem:  # the engine raises bare exceptions
            if control.cancelled:
                raise Cancelled("the run was cancelled") from None
            raise RunError(f"ONNX Runtime ended the run: {problem}") from problem
        finally:
            control.on_cancel = None
        arrays = zip(names, map(as_array, found), strict=True)
        return {value: array for value, array in arrays if not isinstance(array, str)}

    def close(self) -> None:
        """Let the session go; arrays stay valid."""
        self._session = None

    def takes(self) -> bool:
        """Whether the engine takes the file as it is: it wants names that all differ."""
        if self._session is None and not self._refused:
            try:
                self._session = self._started()
            except Exception:  # noqa: BLE001 - the engine raises bare exceptions
                self._refused = True
        return not self._refused

    def _started(self) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.log_severity_level = 4  # what goes wrong is raised; it need not be printed too
        options.add_session_config_entry(
            "session.model_external_initializers_file_folder_path", str(self._folder)
        )
        return ort.InferenceSession(
            self._light.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
