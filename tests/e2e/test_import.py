"""A file goes in by the command line, and its true totals come out of the dashboard."""

import re
from pathlib import Path

import pytest

from tests.e2e import oatutor
from tests.worlds.site import Site, seen

WORKSPACE = "imports"


def counts(stdout: str) -> dict[str, int]:
    """The table an import ends with, by name."""
    rows = re.findall(r"│ ([a-z ]+?) +│ +([\d,]+) │", stdout)
    return {name: int(number.replace(",", "")) for name, number in rows}


def imported(site: Site, file: Path, workspace: str, *more: str) -> dict[str, int]:
    """Import a file; what became of its rows."""
    place = ("--url", site.stack.url, "--key", site.key(workspace, "write"))
    done = site.belvedere("import", str(file), *place, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    return counts(done.stdout)


@pytest.fixture(scope="module")
def rows() -> list[oatutor.Row]:
    return oatutor.made_up(300)


def test_the_summary_is_the_truth_of_the_file_and_importing_it_again_changes_nothing(
    site: Site, rows: list[oatutor.Row], tmp_path: Path
) -> None:
    file, part, truth = oatutor.write(tmp_path / "log.csv", rows), oatutor.part_of(rows), oatutor.truth(rows)
    assert imported(site, file, WORKSPACE)["accepted"] == len(rows)
    seen(lambda: site.summary(WORKSPACE, part) == pytest.approx(truth), lambda: site.summary(WORKSPACE, part))
    found = site.get("/dashboard/summary", WORKSPACE, start_date=part[0], end_date=part[1])
    agents = {row["agent_type"]: row["interaction_count"] for row in found["agent_breakdown"]}
    assert agents == oatutor.by_agent(rows)

    again = imported(site, file, WORKSPACE, "--restart")
    assert (again["accepted"], again["duplicate"]) == (0, len(rows))
    more = oatutor.made_up(301)[-1] | {
        "": "300",
        "eventType": "answerStep",
        "isCorrect": "True",
        "time": rows[0]["time"],
    }
    oatutor.write(file, [*rows, more])
    assert imported(site, file, WORKSPACE)["accepted"] == 1  # whatever the second import did is folded before this
    truth = oatutor.truth([*rows, more])
    seen(lambda: site.summary(WORKSPACE, part) == pytest.approx(truth), lambda: site.summary(WORKSPACE, part))


def test_malformed_rows_are_reported_by_their_lines_and_do_not_stop_the_rest(
    site: Site, rows: list[oatutor.Row], tmp_path: Path
) -> None:
    broken = [dict(row) for row in rows[:20]]
    broken[3]["isCorrect"], broken[3]["eventType"] = "perhaps", "answerStep"
    broken[7]["time"] = "yesterday"
    broken[12]["eventType"] = "coffeeBreak"
    file = oatutor.write(tmp_path / "broken.csv", broken)
    good = [row for number, row in enumerate(broken) if number not in (3, 7, 12)]
    place = ("--url", site.stack.url, "--key", site.key("broken", "write"))
    done = site.belvedere("import", str(file), *place, "--strict")
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if line.startswith("broken.csv:")]
    assert [line.split(":")[1] for line in told] == ["5", "9", "14"]  # the header is line 1
    assert ["isCorrect" in told[0], "yesterday" in told[1], "coffeeBreak" in told[2]] == [True] * 3
    assert counts(done.stdout)["accepted"] == len(good)
    part, truth = oatutor.part_of(good), oatutor.truth(good)
    seen(lambda: site.summary("broken", part) == pytest.approx(truth), lambda: site.summary("broken", part))


@pytest.mark.skipif(not oatutor.REAL.exists(), reason=f"there is no {oatutor.REAL.name} beside the project")
def test_a_real_log_has_its_true_totals(site: Site, tmp_path: Path) -> None:
    rows = oatutor.first_rows(oatutor.REAL, 2_000)
    file, part, truth = oatutor.write(tmp_path / "real.csv", rows), oatutor.part_of(rows), oatutor.truth(rows)
    assert imported(site, file, "real-log")["accepted"] == len(rows)
    seen(lambda: site.summary("real-log", part) == pytest.approx(truth), lambda: site.summary("real-log", part))
