"""What becomes a gallery: folders, zips, stacks; what is broken or hostile is told and left out."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from survey.made import TARGET, idx, labelled, pictures, zipped

from cutaway.errors import InputError
from cutaway.inputs import Target
from cutaway.survey import Collection, collect
from cutaway.survey.collecting import is_stack


def gathered(tmp_path: Path, *paths: Path) -> Collection:
    return collect(paths, TARGET, tmp_path / "scratch")


def test_a_folder_of_folders_is_labelled(tmp_path: Path) -> None:
    root = labelled(tmp_path / "set")
    (root / "README.md").write_text("Twenty pictures.")
    (root / ".hidden").write_bytes(b"x")
    found = gathered(tmp_path, root)
    assert len(found) == 20
    assert {found.label_of(i) for i in range(20)} >= {"bag", "ankle boot", "t-shirt-top"}
    assert found.name_of(0) == "ankle boot/ankle-boot-123.png"
    assert found.source(0).array.shape == (28, 28)
    assert "README.md" in found.notes[0]


def test_a_zip_is_as_its_folder(tmp_path: Path) -> None:
    root = labelled(tmp_path / "set")
    plain, packed = gathered(tmp_path, root), gathered(tmp_path, zipped(root, tmp_path / "a.zip"))
    assert len(packed) == len(plain)
    for i in range(20):
        assert packed.name_of(i) == f"set/{plain.name_of(i)}"
        assert packed.label_of(i) == plain.label_of(i)
        np.testing.assert_array_equal(packed.source(i).array, plain.source(i).array)
        data, name = packed.fed(i)
        assert isinstance(data, bytes)
        assert name == packed.name_of(i)


def test_stacks_give_their_rows(tmp_path: Path) -> None:
    stacked, labels = pictures()
    np.save(tmp_path / "x.npy", stacked)
    np.savez_compressed(tmp_path / "set.npz", x_test=stacked, y_test=labels)
    np.savez(tmp_path / "hot.npz", images=stacked, labels=np.eye(10)[labels])
    idx(stacked, tmp_path / "t10k-images-idx3-ubyte.gz")
    idx(labels, tmp_path / "t10k-labels-idx1-ubyte.gz")
    for name, told in (
        ("x.npy", False), ("set.npz", True), ("hot.npz", True), ("t10k-images-idx3-ubyte.gz", True)
    ):  # fmt: skip
        found = gathered(tmp_path, tmp_path / name)
        assert len(found) == 20
        np.testing.assert_array_equal(found.source(7).array, stacked[7])
        assert found.label_of(7) == (labels[7] if told else None)


def test_several_files_are_one_gallery(tmp_path: Path) -> None:
    stacked, labels = pictures()
    images = idx(stacked, tmp_path / "a-images-idx3-ubyte")
    told = idx(labels, tmp_path / "a-labels-idx1-ubyte")
    root = labelled(tmp_path / "set")
    single = next(root.rglob("bag-30.png"))
    found = gathered(tmp_path, images, told, single)
    assert len(found) == 21
    assert found.name_of(20) == "bag-30.png"
    assert found.label_of(3) == labels[3]


def test_labels_of_the_wrong_length_are_told(tmp_path: Path) -> None:
    stacked, labels = pictures()
    np.savez(tmp_path / "set.npz", x=stacked, y=labels[:-1])
    found = gathered(tmp_path, tmp_path / "set.npz")
    assert len(found) == 20
    assert found.label_of(0) is None
    assert "20 inputs and 19 labels" in found.notes[0]


def test_nothing_to_feed_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="holds nothing that can be fed"):
        gathered(tmp_path, tmp_path / "empty")
    with pytest.raises(InputError, match="check the path"):
        gathered(tmp_path, tmp_path / "nowhere")
    np.savez(tmp_path / "odd.npz", images=np.zeros(3), weights=np.zeros(3))
    np.savez(tmp_path / "none.npz", first=np.zeros((3, 4)), second=np.zeros((3, 4)), x1=np.zeros(1))
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        archive.writestr("a.png", b"x" * 100)
    (tmp_path / "bad.zip").write_bytes((tmp_path / "bad.zip").read_bytes()[:60])
    with pytest.raises(InputError, match="damaged"):
        gathered(tmp_path, tmp_path / "bad.zip")


def test_a_bomb_and_a_way_out_are_left_out(tmp_path: Path) -> None:
    place = tmp_path / "bomb.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("bomb.png", b"\0" * (300 << 20))
        archive.writestr("../../escape.png", b"x")
        archive.write(next(labelled(tmp_path / "set").rglob("*.png")), "fine.png")
    found = gathered(tmp_path, place)
    assert [found.name_of(i) for i in range(len(found))] == ["bomb.png", "fine.png"]
    assert "leads out of the archive" in found.notes[0]
    with pytest.raises(InputError, match="would swell"):
        found.source(0)
    assert found.source(1).kind == "image"


def test_truncated_idx_files_are_told(tmp_path: Path) -> None:
    stacked, _ = pictures()
    whole = idx(stacked, tmp_path / "a-images-idx3-ubyte").read_bytes()
    (tmp_path / "a-images-idx3-ubyte").write_bytes(whole[:-10])
    with pytest.raises(InputError, match="fetch it again"):
        gathered(tmp_path, tmp_path / "a-images-idx3-ubyte")


def test_one_input_and_a_stack_of_them_are_told_apart() -> None:
    def stack(*shape: int, target: Target = TARGET, dtype: str = "uint8") -> bool:
        return is_stack(np.zeros(shape, dtype), target)

    assert stack(20, 28, 28)
    assert stack(20, 28, 28, 1)
    assert not stack(28, 28)
    assert not stack(28, 28, 1, dtype="float32")
    assert not stack(100, 80, 3)
    photos = Target("x", (1, 3, 224, 224), "float32", "NCHW")
    assert not stack(3, 224, 224, target=photos, dtype="float32")
    assert stack(5, 3, 224, 224, target=photos, dtype="float32")
    assert stack(50, 128, target=Target("x", (None, 128), "float32"), dtype="float32")
