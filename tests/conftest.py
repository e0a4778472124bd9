"""What every test may use; tests that need the real models are collected only where those are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
DATA = Path(os.environ.get("CUTAWAY_DATA", ROOT.parent / "shared" / "data"))
EXPECTED = ROOT / "tests" / "data_tests.txt"
"""Holds the number of data tests: a run of everything that collects fewer fails."""

# PyTorch is here for models of its own; the backends are told apart in tests of their own.
os.environ.setdefault("KERAS_BACKEND", "jax")

# A loaded machine is slow, and that is no defect of ours.
settings.register_profile("cutaway", deadline=None)
settings.load_profile("cutaway")

_left_out: dict[str, int] = {}


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real models, photos and sounds."""
    return DATA


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("data")]
    if not DATA.is_dir():
        for item in marked:
            place = item.nodeid.partition("::")[0]
            _left_out[place] = _left_out.get(place, 0) + 1
        items[:] = [item for item in items if item not in marked]
        return
    everything = not config.args or config.args == [str(ROOT / "tests")] or config.args == ["tests"]
    if everything and not config.option.keyword and not config.option.markexpr:
        expected = int(EXPECTED.read_text()) if EXPECTED.exists() else 0
        if len(marked) < expected:
            raise pytest.UsageError(
                f"{len(marked)} data tests were collected, {expected} are recorded in "
                f"{EXPECTED.name}; lower the number there only with a reason"
            )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    _tell_figures(terminalreporter)
    if not _left_out:
        return
    terminalreporter.section("left out: the real models are not on this machine")
    for place, count in sorted(_left_out.items()):
        terminalreporter.line(f"{place}: {count} tests")
    terminalreporter.line(f"looked for them in {DATA}; CUTAWAY_DATA names another folder")


def _tell_figures(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests record as ``figure``, whether they passed or not."""
    reports = (
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
    )
    for report in reports:
        for name, figure in getattr(report, "user_properties", ()):
            if name == "figure" and report.when == "call":
                terminalreporter.line(str(figure))
