"""What `up`, `down` and `status` say about the data that the embedded emulator has saved."""

import time
from datetime import datetime
from typing import Any

from infra.local import emulator, snapshots
from infra.local.settings import LocalSettings


def notices_at_start(settings: LocalSettings, *, deployed_before: bool) -> list[str]:
    """Lines about what is not as it was when the emulator last ran; none when it is.

    `deployed_before` says that something was deployed here before.
    """
    restored = emulator.saving(settings)["restored"]
    lines = [f"A snapshot cannot be read and is put aside: {name}" for name in restored["unreadable"]]
    if not deployed_before:
        return lines
    if "taken" not in restored:
        return [*lines, "The emulator had saved nothing that can be read: all data is lost, and everything is new."]
    if lines or not restored["final"]:
        when = datetime.fromtimestamp(restored["taken"]).strftime("%Y-%m-%d %H:%M:%S")
        why = "" if lines else "The emulator did not end by `make down`. "
        lines.append(f"{why}The data is that of {when}; what came after is lost.")
    return lines + [f"The state of {service} could not be saved, and is lost." for service in restored["unsaved"]]


def notices_at_stop(settings: LocalSettings, stop_requested: float) -> list[str]:
    """Lines about what was not saved by an emulator that was asked to end at `stop_requested` (Unix time)."""
    newest = snapshots.newest(emulator.state_folder(settings))
    if newest is not None and newest.final and newest.taken >= stop_requested:
        return []
    if newest is None:
        return [f"The emulator did not save its data within {emulator.STOP_S:.0f} s, and never before. It is lost."]
    return [
        f"The emulator did not save its data within {emulator.STOP_S:.0f} s. What there is was saved "
        f"{since(newest.taken)} ago."
    ]


def status(settings: LocalSettings) -> str:
    """The age of the data on the disk, of a running emulator or of one that does not run."""
    try:
        return _of_running(emulator.saving(settings))
    except (OSError, ValueError):
        newest = snapshots.newest(emulator.state_folder(settings))
        return f"saved {since(newest.taken)} ago" if newest else "never saved"


def _of_running(saving: dict[str, Any]) -> str:
    saved = f"saved {since(saving['saved'])} ago" if saving["saved"] else "not saved yet"
    changed = saving["unsaved_since"]
    return f"{saved}, changed {since(changed)} ago" if changed else f"{saved}, all of it"


def since(moment: float, now: float | None = None) -> str:
    """How long ago a moment of Unix time was."""
    seconds = max(0, round((time.time() if now is None else now) - moment))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
