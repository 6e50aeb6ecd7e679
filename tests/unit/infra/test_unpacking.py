"""The embedded emulator unpacks the same code once, however many processes run it."""

import shutil
import zipfile
from pathlib import Path

import pytest

from infra.local.ministack.unpacking import SharedArchive


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator's folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def unpacked(place: Path, name: str, content: str) -> Path:
    """What a process of the function `name` finds as its code."""
    folder = place / name
    folder.mkdir()
    with zipfile.ZipFile(place / f"{name}.zip", "w") as made:
        made.writestr("package/module.py", content)
    with SharedArchive(place / f"{name}.zip") as archive:
        archive.extractall(folder)
    return folder


def test_two_processes_of_the_same_code_share_one_copy(tmp_path: Path) -> None:
    first, second = (unpacked(tmp_path, name, "A = 1") for name in ("first", "second"))
    assert (first / "package/module.py").read_text() == "A = 1"
    assert first.resolve() == second.resolve()
    assert len(list((tmp_path / "unpacked").iterdir())) == 1


def test_other_code_is_another_copy(tmp_path: Path) -> None:
    old, new = unpacked(tmp_path, "old", "A = 1"), unpacked(tmp_path, "new", "A = 2")
    assert [(one / "package/module.py").read_text() for one in (old, new)] == ["A = 1", "A = 2"]


def test_a_process_that_ends_takes_nothing_from_the_others(tmp_path: Path) -> None:
    (tmp_path / "process").mkdir()
    unpacked(tmp_path / "process", "code", "A = 1")
    other = unpacked(tmp_path, "other", "A = 1")
    shutil.rmtree(tmp_path / "process")
    assert (other / "package/module.py").read_text() == "A = 1"


def test_the_archive_of_a_process_takes_no_room_beside_its_content(tmp_path: Path) -> None:
    unpacked(tmp_path, "code", "A = 1")
    assert (tmp_path / "code.zip").stat().st_size == 0
