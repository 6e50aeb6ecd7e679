"""What is said about saved data: its age, and after a crash what is lost."""

from pathlib import Path
from typing import Any

import pytest

from infra.local import emulator, saved, snapshots
from infra.local.settings import LocalSettings
from infra.local.snapshots import Manifest


@pytest.fixture
def settings(tmp_path: Path) -> LocalSettings:
    return LocalSettings(state_dir=tmp_path)


def said(monkeypatch: pytest.MonkeyPatch, settings: LocalSettings, **restored: Any) -> list[str]:
    monkeypatch.setattr(emulator, "saving", lambda _: {"restored": {"unreadable": [], **restored}})
    return saved.notices_at_start(settings, deployed_before=True)


def test_after_an_orderly_stop_nothing_is_said(monkeypatch: pytest.MonkeyPatch, settings: LocalSettings) -> None:
    assert said(monkeypatch, settings, taken=1.0, final=True, unsaved=[]) == []


def test_after_a_crash_it_is_said_what_is_lost(monkeypatch: pytest.MonkeyPatch, settings: LocalSettings) -> None:
    (line,) = said(monkeypatch, settings, taken=1.0, final=False, unsaved=[])
    assert "did not end by `make down`" in line
    assert "what came after is lost" in line


def test_a_snapshot_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, settings: LocalSettings) -> None:
    first, second = said(monkeypatch, settings, taken=1.0, final=True, unsaved=[], unreadable=["snapshot-2"])
    assert "snapshot-2" in first
    assert second.startswith("The data is that of")
    assert "all data is lost" in said(monkeypatch, settings, unreadable=["snapshot-2"])[-1]


def test_a_first_start_has_lost_nothing(monkeypatch: pytest.MonkeyPatch, settings: LocalSettings) -> None:
    assert "all data is lost" in said(monkeypatch, settings)[0]
    assert saved.notices_at_start(settings, deployed_before=False) == []


def test_a_stop_that_saved_nothing_is_told(settings: LocalSettings) -> None:
    state = emulator.state_folder(settings)
    assert "never before" in saved.notices_at_stop(settings, stop_requested=5.0)[0]
    for taken, final, told in ((4.0, True, 1), (6.0, False, 1), (6.0, True, 0)):
        snapshots.put_in_place(state, snapshots.begin(state), Manifest(taken, final))
        assert len(saved.notices_at_stop(settings, stop_requested=5.0)) == told


@pytest.mark.parametrize(("age", "text"), [(0, "0 s"), (119, "119 s"), (150, "2 min"), (7300, "2 h"), (200_000, "2 d")])
def test_an_age_is_told_in_the_unit_that_fits(age: float, text: str) -> None:
    assert saved.since(1_000_000.0, now=1_000_000.0 + age) == text
