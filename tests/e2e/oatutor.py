"""A tutoring log in the format of OATutor: made up with a known truth, or read; and what either adds up to."""

import csv
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from infra.local.settings import ROOT

HEADER = [
    "", "oatsUserId", "problemID", "stepID", "hintID", "eventType", "isCorrect", "firstAttempt", "time", "skills",
]  # fmt: skip
REAL = ROOT.parent / "shared" / "data" / "oatutor_events.csv"
BEGIN = datetime(2021, 3, 1, 8, 0, 0)
KINDS = ("answerStep", "answerStep", "answerStep", "unlockHint", "unlockSubHint", "hintScaffoldLog")
PROBLEMS = ("real1", "real12", "graph3", "Slope7", "system2")
SKILLS = ("['solving']", "['graphing', 'slopes']", "[]", "")
Row = dict[str, str]


def made_up(number: int, seed: int = 11) -> list[Row]:
    """Rows of some weeks of a class of fifteen."""
    rng = random.Random(seed)
    return [
        {
            "": str(position), "oatsUserId": str(4000 + rng.randrange(15)), "problemID": rng.choice(PROBLEMS),
            "stepID": "a", "hintID": "", "eventType": rng.choice(KINDS), "isCorrect": str(rng.random() < 0.6),
            "firstAttempt": str(rng.random() < 0.7), "skills": rng.choice(SKILLS),
            "time": str(BEGIN + timedelta(minutes=rng.randrange(20 * 24 * 60))),
        }
        for position in range(number)
    ]  # fmt: skip


def first_rows(path: Path, number: int) -> list[Row]:
    """The beginning of a real log."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(islice(csv.DictReader(file), number))


def write(path: Path, rows: Iterable[Row]) -> Path:
    """A file of rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(rows)
    return path


def truth(rows: Iterable[Row]) -> dict[str, Any]:
    """The summary that these rows have to have."""
    answers = [row for row in rows if row["eventType"] == "answerStep"]
    good = sum(row["isCorrect"] == "True" for row in answers)
    return {
        "total_interactions": len(answers),
        "active_users": len({row["oatsUserId"] for row in answers}),
        "agents_used": len(by_agent(answers)),
        "avg_response_time": 0.0,
        "success_rate": good / len(answers) if answers else 0.0,
        "successful_interactions": good,
    }


def by_agent(rows: Iterable[Row]) -> Counter[str]:
    """Answers by the family of their problem."""
    answers = [row for row in rows if row["eventType"] == "answerStep"]
    return Counter("".join(_letters(row["problemID"])).lower() for row in answers)


def _letters(text: str) -> Iterator[str]:
    for letter in text:
        if not letter.isalpha():
            return
        yield letter


def part_of(rows: Iterable[Row]) -> tuple[str, str]:
    """The whole days that hold all rows."""
    days = sorted(row["time"][:10] for row in rows)
    return f"{days[0]}T00:00:00Z", f"{datetime.fromisoformat(days[-1]) + timedelta(days=1):%Y-%m-%dT00:00:00Z}"
