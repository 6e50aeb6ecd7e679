"""`belvedere export` against a server that speaks the API of export jobs: the file is here whole, or not at all."""

import asyncio
import io
from pathlib import Path

import pytest
from rich.console import Console

from belvedere_cli.commands.export import job_of
from belvedere_cli.errors import CommandError
from belvedere_cli.export.export_run import LONGEST_POLL_S, FileExport, exported
from belvedere_cli.sending.event_target import Target
from belvedere_cli.sending.event_wire import Busy, Refused
from tests.integration.infra.export_api import DONE, JOB, KEY, STORED, FakeExports

BODY = job_of("csv", ("learning.interaction",), "2026-01-01", "2026-02-01", (), None, False, None)


class Waits:
    """A sleep that only counts; at `interrupt_at` the task is cancelled, as Ctrl-C does it."""

    def __init__(self, interrupt_at: int = 0) -> None:
        self.seconds: list[float] = []
        self.interrupt_at = interrupt_at

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        if len(self.seconds) == self.interrupt_at:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
            await asyncio.sleep(0)


async def export(
    api: FakeExports, output: Path, waits: Waits | None = None, key: str = KEY, stage: str = ""
) -> str:  # fmt: skip
    async with api.served():
        request = FileExport(Target(api.url + stage, key), "demo", BODY, output)
        return await exported(request, Console(file=io.StringIO()), waits or Waits())


async def test_a_finished_job_leaves_its_file_under_the_wanted_name(tmp_path: Path) -> None:
    api, output = FakeExports(), tmp_path / "events.csv"
    assert await export(api, output) == f"{output}: 1 rows, 14 bytes"
    assert output.read_bytes() == api.content
    assert list(tmp_path.iterdir()) == [output]
    assert api.job == {
        "format": "csv",
        "data_types": ["learning.interaction"],
        "date_range": {"start": "2026-01-01", "end": "2026-02-01"},
    }
    assert api.called == [
        "POST /api/v1/dashboard/export",
        f"GET {JOB}",
        f"GET {JOB}",
        f"GET {JOB}/download",
        f"GET {STORED}",
    ]


async def test_the_key_is_shown_to_the_deployment_only(tmp_path: Path) -> None:
    api = FakeExports()
    await export(api, tmp_path / "events.csv")
    keys = {request.path: request.headers.get("X-API-Key") for request in api.requests}
    assert keys[f"{JOB}/download"] == KEY
    assert keys[STORED] is None


async def test_a_deployment_may_be_below_a_path(tmp_path: Path) -> None:
    api = FakeExports()
    await export(api, tmp_path / "events.csv", stage="/prod")
    assert (tmp_path / "events.csv").read_bytes() == api.content
    assert api.called[0] == "POST /prod/api/v1/dashboard/export"
    assert api.called[3] == f"GET /prod{JOB}/download"


async def test_a_file_larger_than_one_piece_arrives_whole(tmp_path: Path) -> None:
    api = FakeExports(content=bytes(range(256)) * 4096)
    await export(api, tmp_path / "events.csv")
    assert (tmp_path / "events.csv").read_bytes() == api.content


async def test_a_long_job_is_asked_about_less_and_less_often(tmp_path: Path) -> None:
    api, waits = FakeExports(states=[{"status": "processing"}] * 20 + [DONE]), Waits()
    await export(api, tmp_path / "events.csv", waits)
    assert waits.seconds == sorted(waits.seconds)
    assert waits.seconds[-1] == LONGEST_POLL_S


async def test_trouble_that_passes_is_waited_out_as_long_as_the_server_asks(tmp_path: Path) -> None:
    class BusyLater(FakeExports):
        async def api(self, request):  # type: ignore[no-untyped-def]
            if request.method == "POST":
                answer = await super().api(request)
                self.failures = [503, 429]
                return answer
            return await super().api(request)

    api, waits = BusyLater(), Waits()
    await export(api, tmp_path / "events.csv", waits)
    assert (tmp_path / "events.csv").read_bytes() == api.content
    assert len([seconds for seconds in waits.seconds if seconds >= 7]) == 2


async def test_a_download_that_breaks_off_begins_again(tmp_path: Path) -> None:
    api = FakeExports(broken_downloads=2)
    await export(api, tmp_path / "events.csv")
    assert (tmp_path / "events.csv").read_bytes() == api.content
    assert api.called.count(f"GET {STORED}") == 3


async def test_a_download_that_never_succeeds_leaves_what_was_there_before(tmp_path: Path) -> None:
    api, output = FakeExports(broken_downloads=99), tmp_path / "events.csv"
    output.write_text("of yesterday")
    with pytest.raises(Busy):
        await export(api, output)
    assert output.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"status": "failed", "error": "too many rows"}, "job-1 is failed: too many rows"),
        ({"status": "failed", "error": {"detail": "too many rows"}}, "job-1 is failed: too many rows"),
        ({"status": "cancelled"}, "job-1 is cancelled, and has no file"),
        ({"status": "expired"}, "job-1 is expired, and has no file"),
    ],
)
async def test_a_job_without_a_file_is_told_with_its_reason(
    tmp_path: Path, state: dict[str, object], sentence: str
) -> None:
    api = FakeExports(states=[state])
    with pytest.raises(CommandError, match=sentence) as ended:
        await export(api, tmp_path / "events.csv")
    assert ended.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []
    assert "DELETE" not in " ".join(api.called)


async def test_what_is_refused_is_told_in_the_servers_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="HTTP 401: the key is not known here"):
        await export(FakeExports(), tmp_path / "events.csv", key="another")


async def test_ctrl_c_cancels_a_job_that_is_not_finished(tmp_path: Path) -> None:
    api = FakeExports(states=[{"status": "processing"}])
    with pytest.raises(asyncio.CancelledError):
        await export(api, tmp_path / "events.csv", Waits(interrupt_at=3))
    assert api.called[-1] == f"DELETE {JOB}"
