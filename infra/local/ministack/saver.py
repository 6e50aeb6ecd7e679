"""Saves the emulator's state soon after a change, without stopping the emulator for it.

A snapshot is written by a fork of the process: its memory is the state of one moment, and nobody changes it. The next
one follows after a time that is proportional to what the last one cost, so that saving never takes more than its share
of the machine.
"""

import asyncio
import json
import logging
import os
import signal
import threading
import time
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from ministack import app
from ministack.services import dynamodb

from infra.local import snapshots
from infra.local.ministack import state

GATHER_S = 1.0  # what comes with the first change is saved with it
LEAST_S = 5.0  # between two snapshots
SHARE = 0.05  # of one core
GIVE_UP_S = 600
STATUS = "/_belvedere/saved"
READING = ("Get", "Query", "Scan", "BatchGet", "TransactGet", "List", "Describe", "Filter")

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]
logger = logging.getLogger(__name__)


def pause(cost_s: float) -> float:
    """Seconds from the start of a snapshot that took so much of a core to the start of the next."""
    return max(LEAST_S, cost_s / SHARE)


def changes(scope: Scope) -> bool:
    """True for a request that may change something."""
    if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(READING)


class Saver:
    """The state of this process in snapshots under `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved: float | None = None
        self.unsaved_since: float | None = None
        self.restored: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._next = 0.0
        self._tidying = threading.Lock()
        self._digests: dict[int, tuple[bytes, str]] = {}  # the bytes too, or their identity could be another's

    def restore(self) -> None:
        """Have MiniStack start with the newest snapshot that can be read, and save the last one when it ends."""
        unreadable = []
        for snapshot in snapshots.newest_first(self.folder):
            try:
                state.restore(state.read(snapshot))
            except (OSError, ValueError) as error:
                logger.error("%s cannot be read: %s", snapshot.name, error)
                unreadable.append(snapshot.name)
                continue
            said = snapshots.manifest(snapshot)
            self.saved = said.taken
            self.restored = {"taken": said.taken, "final": said.final, "unsaved": sorted(said.unsaved)}
            break
        else:
            state.restore({})
        self.restored |= {"unreadable": unreadable}
        for name in unreadable:
            (self.folder / name).rename(self.folder / f"unreadable-{name}")
        snapshots.tidy(self.folder)
        app.save_all = lambda _: self.save_last()

    def watching(self, inner: Application) -> Application:
        """The application, with what it changes saved."""

        async def application(scope: Scope, receive: Any, send: Any) -> None:
            if scope["type"] == "lifespan":
                saving = asyncio.create_task(self._run())
                try:
                    await inner(scope, receive, send)
                finally:
                    saving.cancel()
            elif scope["type"] == "http" and scope["path"] == STATUS:
                await self._tell(send)
            else:
                try:
                    await inner(scope, receive, send)
                finally:
                    if changes(scope):
                        self.unsaved_since = self.unsaved_since or time.time()
                        self._changed.set()

        return application

    async def _tell(self, send: Any) -> None:
        status = {"saved": self.saved, "unsaved_since": self.unsaved_since, "restored": self.restored}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(status).encode()})

    async def _run(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(max(GATHER_S, self._next - time.monotonic()))
            try:
                await self._save()
            except Exception:
                logger.exception("the state could not be saved")
                self._changed.set()

    async def _save(self) -> None:
        """One snapshot. Raises OSError when it could not be written."""
        started = time.monotonic()
        await asyncio.to_thread(self._store, state.code())
        before = time.thread_time()
        self._changed.clear()
        since, self.unsaved_since = self.unsaved_since, None
        taken = time.time()
        writer = self._fork(taken)
        spent = time.thread_time() - before
        _, status, used = await asyncio.to_thread(os.wait4, writer, 0)
        self._next = started + pause(spent + used.ru_utime + used.ru_stime)
        if status:
            self.unsaved_since = since
            raise OSError(f"the writer of a snapshot ended with {status}; it said why")
        self.saved = taken
        await asyncio.to_thread(self._tidy)

    def _tidy(self) -> None:
        with self._tidying:
            snapshots.tidy(self.folder)

    def save_last(self) -> None:
        """The snapshot with which this process ends."""
        self._store(state.code())
        with self._tidying:  # or what is half written would be tidied away
            _, status = os.waitpid(self._fork(time.time(), final=True), 0)
        if status:
            logger.error("the last snapshot could not be written")

    def _store(self, contents: list[bytes]) -> None:
        """Write what is large and stays the same, once; so what that costs is no reason to wait."""
        digests = {id(content): self._digests.get(id(content)) for content in contents}
        self._digests = {
            id(content): digests[id(content)] or (content, snapshots.store_blob(self.folder, content))
            for content in contents
        }

    def _fork(self, taken: float, *, final: bool = False) -> int:
        """Begin writing what is there now; the writer's process id."""
        with dynamodb._lock:  # no table is between two states
            writer = os.fork()
        if writer == 0:
            _alone()
            _end_with(lambda: self._write(taken, final))
        return writer

    def _write(self, taken: float, final: bool) -> None:
        digests = {identity: digest for identity, (_, digest) in self._digests.items()}
        folder = snapshots.begin(self.folder)
        saved: list[str] = []
        unsaved: dict[str, str] = {}
        for service, payload in state.collect():
            try:
                snapshots.write(folder / f"{service}.json", state.encoded(service, payload, digests))
                saved.append(service)
            except (TypeError, ValueError) as error:
                unsaved[service] = str(error)
        blobs = sorted(set(digests.values()))
        snapshots.put_in_place(self.folder, folder, snapshots.Manifest(taken, final, saved, blobs, unsaved))


def _alone() -> None:
    """In a fork: hold nothing of the emulator's, its port above all, and never hang."""
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.alarm(GIVE_UP_S)
    os.nice(5)


def _end_with(work: Callable[[], None]) -> None:
    """Do it, and end this process without anything that its origin would do at its end."""
    try:
        work()
    except BaseException:
        os.write(2, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)
