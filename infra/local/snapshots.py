"""Where the embedded emulator's state lies: whole snapshots, each of one moment; the newest and the one before it.

    snapshot-<time>/   a JSON file a service, and manifest.json
    blobs/<sha256>     code of functions and layers, which snapshots share

A snapshot is written beside and put in place by one rename, so whatever ends the writer, there are only whole ones.
"""

import hashlib
import json
import os
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

KEPT = 2
MANIFEST = "manifest.json"
PREFIX, WRITING = "snapshot-", "writing-"
LEGACY = ("*.json", "lambda-blobs")  # as MiniStack itself saves


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot says of itself."""

    taken: float  # seconds of Unix time
    final: bool = False  # the emulator ended with it: nothing came after
    services: list[str] = field(default_factory=list)  # each has a file
    blobs: list[str] = field(default_factory=list)
    unsaved: dict[str, str] = field(default_factory=dict)  # service -> why it could not be written


def newest_first(state: Path) -> list[Path]:
    """The folders of the snapshots."""
    return sorted(state.glob(f"{PREFIX}*"), reverse=True)


def manifest(snapshot: Path) -> Manifest:
    """A snapshot's manifest. Raises OSError or ValueError when it cannot be read."""
    try:
        return Manifest(**json.loads((snapshot / MANIFEST).read_text()))
    except TypeError as error:
        raise ValueError(str(error)) from error


def newest(state: Path) -> Manifest | None:
    """The manifest of the newest snapshot that has one."""
    for snapshot in newest_first(state):
        try:
            return manifest(snapshot)
        except (OSError, ValueError):
            continue
    return None


def begin(state: Path) -> Path:
    """An empty folder to write a snapshot in."""
    folder = state / f"{WRITING}{time.time_ns()}-{os.getpid()}"
    folder.mkdir(parents=True, mode=0o700)
    return folder


def write(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read, and see it on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def put_in_place(state: Path, folder: Path, said: Manifest) -> Path:
    """Make a folder that is written completely the newest snapshot."""
    write(folder / MANIFEST, json.dumps(asdict(said)).encode())
    return folder.rename(state / f"{PREFIX}{time.time_ns():020d}")


def tidy(state: Path) -> None:
    """Remove what no kept snapshot needs. Nobody may be writing meanwhile."""
    snapshots = newest_first(state)
    outdated = [*snapshots[KEPT:], *state.glob(f"{WRITING}*")]
    if snapshots:
        outdated += [path for pattern in LEGACY for path in state.glob(pattern)]
    for path in outdated:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    try:
        needed = {digest for snapshot in snapshots[:KEPT] for digest in manifest(snapshot).blobs}
    except (OSError, ValueError):
        return  # what it needs is not known
    for blob in (state / "blobs").glob("*"):
        if blob.name not in needed:
            blob.unlink(missing_ok=True)


def store_blob(state: Path, content: bytes) -> str:
    """Keep bytes under their digest, once; the digest."""
    digest = hashlib.sha256(content).hexdigest()
    blob = state / "blobs" / digest
    if not blob.exists():
        blob.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = blob.with_name(f"{WRITING}{os.getpid()}-{digest}")
        fresh.unlink(missing_ok=True)
        write(fresh, content)
        fresh.rename(blob)
    return digest


def load_blob(state: Path, digest: str) -> bytes:
    """The bytes of a digest. Raises OSError when they are gone and ValueError when they are not what they were."""
    content = (state / "blobs" / digest).read_bytes()
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError(f"blob {digest} is damaged")
    return content
