"""What pip makes of the checkout: a wheel with the page inside, on a machine without Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git holds, as a fresh clone has it."""
    folder = tmp_path_factory.mktemp("checkout") / "cutaway"
    folder.mkdir()
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return folder


def without_node(folder: Path) -> dict[str, str]:
    """An environment in which no Node can be found."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("sh", "env", "git"):
        found = shutil.which(name)
        if found and not (tools / name).exists():
            (tools / name).symlink_to(found)
    environment = {**os.environ, "PATH": str(tools)}
    environment.pop("CUTAWAY_SKIP_PAGE", None)
    assert shutil.which("node", path=environment["PATH"]) is None
    return environment


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(out), "."],
        cwd=checkout,
        env=without_node(out),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_the_page_and_the_demo_and_no_more(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    static = [n for n in names if n.startswith("cutaway/server/static/")]
    assert "cutaway/server/static/index.html" in static
    assert any(n.endswith(".js") for n in static)
    assert any(n.endswith(".woff2") for n in static)
    assert any(n.endswith("LICENSE.fashion-mnist") for n in names)
    assert sum(n.startswith("cutaway/demo/samples/") and n.endswith(".png") for n in names) == 20
    assert not [n for n in names if "node_modules" in n or n.startswith(("tests/", "viewer/"))]
    assert wheel.stat().st_size < 6_000_000


def test_the_wheel_runs_where_nothing_else_is(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "clean"
    venv.create(place, with_pip=False)
    scripts = place / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        str(wheel),
    ]
    subprocess.run(install, check=True, capture_output=True)
    command = [str(scripts / "cutaway"), "run", "--json", str(demo_in(place))]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=without_node(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert '"nodes"' in done.stdout


def demo_in(place: Path) -> Path:
    (found,) = place.rglob("cutaway/demo/*.onnx")
    return found


def test_an_sdist_carries_the_page_and_needs_no_npm(checkout: Path, tmp_path: Path) -> None:
    built = checkout / "src" / "cutaway" / "server" / "static"
    if not built.exists():
        shutil.copytree(ROOT / "src" / "cutaway" / "server" / "static", built)
    environment = {**without_node(tmp_path), "CUTAWAY_SKIP_PAGE": "1"}
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)],
        cwd=checkout,
        env=environment,
        check=True,
        capture_output=True,
    )
    (sdist,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
        # Python before 3.11.4 has no filters; what is unpacked was made by this test.
        safe = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        archive.extractall(tmp_path / "out", **safe)
    assert any(n.endswith("server/static/index.html") for n in names)
    assert not [n for n in names if "node_modules" in n]
    (unpacked,) = (tmp_path / "out").iterdir()
    shutil.rmtree(unpacked / "viewer")  # with nothing to build from, it must be taken as it is
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "w")],
        cwd=unpacked,
        env=without_node(tmp_path),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (made,) = (tmp_path / "w").glob("*.whl")
    assert "cutaway/server/static/index.html" in zipfile.ZipFile(made).namelist()
