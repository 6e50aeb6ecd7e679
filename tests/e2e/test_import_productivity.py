"""A log of traces and this very repository go in by the command line, and their true totals come out of a question."""

import json
import subprocess
from pathlib import Path
from typing import Any

from belvedere_cli.imports.traces.session import session_event
from tests import litellm_log
from tests.e2e.test_import import counts
from tests.worlds.site import Site, seen

WORKSPACE = "productivity-imports"


def imported(site: Site, kind: str, source: str, *more: str) -> dict[str, int]:
    """Import a source; what became of its rows."""
    place = ("--url", site.stack.url, "--key", site.key(WORKSPACE, "write"))
    done = site.belvedere("import", kind, source, *place, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return counts(done.stdout)


def totals(site: Site, metrics: list[str], begin: str, end: str) -> dict[str, Any]:
    """Metrics of a range, as a question is answered."""
    asked = {"board": "productivity", "metrics": metrics, "range": {"from": begin, "to": end}, "force_refresh": True}
    (row,) = site.post("/v1/query", WORKSPACE, asked)["rows"]
    return {name: row[name] for name in metrics}


def test_a_log_of_traces_has_its_true_totals_and_importing_it_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    file = litellm_log.write(tmp_path / "traces.jsonl")
    read = [session_event(json.loads(line.text)) for line in litellm_log.GOOD]
    traces = {event.id: event.properties for event in read if event is not None}
    told = imported(site, "litellm", str(file), "--repo", "octo/lens")
    assert (told["accepted"], told["malformed rows"], told["conflict"]) == (len(traces), len(litellm_log.BAD), 0)
    letters = [json.loads(line) for line in (tmp_path / "traces.deadletter.jsonl").read_text().splitlines()]
    assert len(letters) == len(litellm_log.BAD)

    truth = {
        "session_count": len(traces),
        "total_tokens": sum(one["tokens_in"] + one["tokens_out"] for one in traces.values()),
        "tracked_sessions": sum("accepted_flag" in one for one in traces.values()),
        "accepted_sessions": sum(one.get("accepted_flag", False) for one in traces.values()),
        "failed_sessions": sum(one.get("status_code", 0) >= 400 for one in traces.values()),
        "accepted_lines": 0,  # the lines that are told are of traces that do not tell that they were accepted
    }
    day = ("2024-03-04", "2024-03-05")
    seen(lambda: totals(site, list(truth), *day) == truth, lambda: (totals(site, list(truth), *day), truth))

    again = imported(site, "litellm", str(file), "--repo", "octo/lens", "--restart")
    assert (again["accepted"], again["conflict"]) == (0, 0)


def test_this_repository_has_as_many_commits_as_git_counts(site: Site, history: Path) -> None:
    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", "-C", str(history), *arguments], capture_output=True, check=True, text=True)
        return done.stdout.split()

    number, days = int(git("rev-list", "--count", "HEAD")[0]), sorted(git("log", "--format=%as"))
    assert imported(site, "git", str(history))["accepted"] == number
    around = (f"{int(days[0][:4]) - 1}-12-01", f"{int(days[-1][:4]) + 1}-02-01")  # days of authors are not all UTC's
    metrics = ["commit_count", "lines_added"]
    seen(lambda: totals(site, metrics, *around)["commit_count"] == number, lambda: totals(site, metrics, *around))
    assert totals(site, metrics, *around)["lines_added"] > 0
