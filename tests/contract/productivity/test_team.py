"""The team's events themselves: what the tests of the board rest on."""

from tests.contract.productivity.team import EVENTS, SESSIONS, acceptance, at, cost, tokens
from tests.worlds.served import Served


def test_every_event_is_taken_and_counted(board: Served) -> None:
    asked = {"board": "productivity", "metrics": ["session_count", "total_tokens", "total_cost", "acceptance_rate"],
             "range": {"from": at(401), "to": at(-1)}}  # fmt: skip
    (row,) = board.post("/v1/query", asked).json()["rows"]
    assert row["session_count"] == len(SESSIONS)
    assert row["total_tokens"] == tokens(SESSIONS)
    assert round(row["total_cost"] - cost(SESSIONS), 9) == 0
    assert row["acceptance_rate"] == acceptance(SESSIONS)
    assert len({(one["id"], one["time"]) for one in EVENTS}) == len(EVENTS), "a closing is named by its time too"
