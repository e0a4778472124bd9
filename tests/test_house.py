"""Rules of the house that a machine can hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 400

LONGER: dict[str, str] = {}
"""Files over 400 lines and the reason for each."""

GENERATED = {"viewer/src/client/schema.ts", "viewer/schema.json", "viewer/package-lock.json"}


def test_no_file_is_longer_than_one_can_see() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "*.py", "*.ts", "*.tsx", "*.css", "*.frag", "*.vert"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert len(listed) > 100
    long = {
        name
        for name in listed
        if name not in GENERATED and len((ROOT / name).read_text("utf-8").splitlines()) > MOST
    }
    assert long == set(LONGER)


def test_the_wall_between_scene_and_panels_holds() -> None:
    for room, other in (("scene", "panels"), ("panels", "scene")):
        for file in (ROOT / "viewer" / "src" / room).rglob("*.ts*"):
            assert f"/{other}" not in "".join(
                line for line in file.read_text("utf-8").splitlines() if line.startswith("import")
            ), file


def test_no_drawer_for_odds_and_ends() -> None:
    names = {"utils", "helpers", "common", "manager", "misc"}
    for file in (ROOT / "src").rglob("*.py"):
        assert file.stem not in names
        assert file.parent.name not in names
