"""A ProdLens cache becomes events: complete, older, full of NULLs, or no cache at all."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from belvedere.ingest.parse import parse
from belvedere_cli.errors import UsageError
from belvedere_cli.imports import prodlens
from belvedere_cli.imports.job import prepare
from belvedere_cli.imports.progress import ImportCounts
from belvedere_cli.imports.traces.session import session_event
from belvedere_cli.sending.event_target import Target
from tests.prodlens_cache import GOLDEN, OLD_SESSIONS, SONNET, cache
from tests.prodlens_cache import REPO as LENS
from tests.unit.infra.fake_stack import FakeStack
from tests.unit.infra.test_importer import Notes


def imported(file: Path, state: Path, **how: Any) -> tuple[ImportCounts, dict[str, dict[str, Any]], Notes]:
    """The tally, the events by their ids, and what was told."""
    stack, notes = FakeStack(), Notes()
    with prodlens.feed(str(file), **how) as feed:
        job = prepare(feed, Target("http://stack", "key"), state_dir=state, restart=False, display=notes)
        asyncio.run(job.send(stack.client()))
    return job.tally, stack.events, notes


def of(events: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [event for event in events.values() if event["type"] == f"productivity.{kind}"]


def test_the_whole_cache_becomes_events_that_the_door_takes(tmp_path: Path) -> None:
    tally, events, _ = imported(cache(tmp_path, GOLDEN), tmp_path, repo=LENS)
    assert (tally.rows, tally.malformed, tally.accepted) == (7, 0, 10)
    for event in events.values():
        parse(msgspec.json.encode(event), "demo", 1_924_992_000_000)
    alpha, beta, gamma = of(events, "session")
    assert alpha["properties"] == {
        "session_id": "alpha", "model": SONNET, "tokens_in": 30, "tokens_out": 70, "latency_ms": 1200.0,
        "status_code": 200, "accepted_flag": True, "accepted_lines": 4, "diff_ratio": 0.82, "cost_usd": 0.0057,
        "repo_slug": LENS,
    }  # fmt: skip
    assert (alpha["time"], alpha["user"]) == ("2024-01-01T12:00:00Z", "dev-1")
    assert [one["properties"]["accepted_flag"] for one in (beta, gamma)] == [False, False]  # 0 counts as rejected


def test_pull_requests_and_commits_have_the_ids_of_githubs_own(tmp_path: Path) -> None:
    _, events, _ = imported(cache(tmp_path, GOLDEN), tmp_path, repo=LENS)
    assert f"{LENS}#10:opened" in events
    closing, undone = events[f"{LENS}#11:closed"], events[f"{LENS}#11:rework"]
    assert closing["properties"] == {
        "number": 11, "repo_slug": LENS, "merged": True, "created_at": 1704186000000,
    }  # fmt: skip
    assert (closing["time"], undone["time"]) == ("2024-01-05T09:00:00Z", "2024-01-05T09:00:00Z")
    assert undone["properties"] == {"number": 11, "repo_slug": LENS}  # nobody knows when it was opened again
    assert f"{LENS}#10:rework" not in events
    assert events["a" * 40]["properties"] == {"sha": "a" * 40, "repo_slug": LENS}


def test_without_a_repository_pull_requests_go_by_githubs_number_of_them(tmp_path: Path) -> None:
    _, events, _ = imported(cache(tmp_path, GOLDEN), tmp_path)
    assert events["pull-1010:opened"]["properties"] == {"number": 10}


def test_a_trace_has_the_id_that_it_has_in_a_log(tmp_path: Path) -> None:
    logged = session_event({
        "timestamp": "2024-01-01T12:00:00Z", "usage": {"input_tokens": 30, "output_tokens": 70},
        "metadata": {"session_id": "alpha", "developer_id": "dev-1"},
        "attributes": {"model": SONNET, "latency_ms": 1200, "status_code": 200, "accepted": True},
    })  # fmt: skip
    assert logged is not None
    assert logged.id in imported(cache(tmp_path, GOLDEN), tmp_path)[1]


def test_zero_may_be_taken_for_not_tracked(tmp_path: Path) -> None:
    _, events, _ = imported(cache(tmp_path, GOLDEN), tmp_path, zero_is_untracked=True)
    told = [event["properties"].get("accepted_flag") for event in of(events, "session")]
    assert told == [True, None, None]


def test_a_closing_without_a_merging_is_at_the_last_change_and_open_ones_have_none(tmp_path: Path) -> None:
    pulls = [
        {
            "id": 1,
            "number": 1,
            "state": "closed",
            "created_at": "2024-01-01T00:00:00Z",
            "updated_at": "2024-01-03T00:00:00Z",
        },
        {"id": 2, "number": 2, "state": "open", "created_at": "2024-01-01T00:00:00Z", "reopened": 1},
    ]
    _, events, _ = imported(cache(tmp_path, {"pull_requests": pulls}), tmp_path, repo="o/n")
    assert sorted(events) == ["o/n#1:closed", "o/n#1:opened", "o/n#2:opened"]
    assert (events["o/n#1:closed"]["time"], events["o/n#1:closed"]["properties"]["merged"]) == (
        "2024-01-03T00:00:00Z",
        False,
    )


def test_an_older_cache_lacks_columns_and_tables(tmp_path: Path) -> None:
    row = {"session_id": None, "developer_id": None, "timestamp": "2025-10-12T10:00:00Z", "model": None, "tokens_in": 5}
    tally, events, _ = imported(cache(tmp_path, {"sessions": [row]}, OLD_SESSIONS), tmp_path)
    assert tally.accepted == 1
    (event,) = events.values()
    assert event["properties"] == {"tokens_in": 5, "tokens_out": 0}


def test_a_cost_of_nothing_for_tokens_is_not_told(tmp_path: Path) -> None:
    rows = [GOLDEN["sessions"][0] | {"cost_usd": 0}]
    _, events, _ = imported(cache(tmp_path, {"sessions": rows}), tmp_path)
    assert "cost_usd" not in of(events, "session")[0]["properties"]


def test_a_row_that_is_none_is_told_and_the_rest_goes_in(tmp_path: Path) -> None:
    rows = {
        "sessions": [GOLDEN["sessions"][0] | {"timestamp": "soon"}, GOLDEN["sessions"][1]],
        "pull_requests": [{"id": 1, "number": 1, "state": "closed", "created_at": None}],
    }
    tally, _, notes = imported(cache(tmp_path, rows), tmp_path)
    assert (tally.rows, tally.malformed, tally.accepted) == (3, 2, 1)
    assert notes.notes[0].startswith("sessions row 1: timestamp must be a time")
    assert notes.notes[1] == "pull_requests row 1: created_at is missing"


def test_the_cache_is_not_touched(tmp_path: Path) -> None:
    file = cache(tmp_path, GOLDEN)
    before = file.read_bytes(), file.stat().st_mtime_ns
    imported(file, tmp_path)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before


def test_what_is_no_cache_is_told_plainly(tmp_path: Path) -> None:
    file = tmp_path / "cache.db"
    file.write_text("no database at all, but long enough to be looked at as if it were one")
    with pytest.raises(UsageError, match="not a database"):
        imported(file, tmp_path)
    with pytest.raises(FileNotFoundError):
        imported(tmp_path / "nowhere.db", tmp_path)
