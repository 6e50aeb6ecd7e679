"""The summary with its cache on real tables: what is kept, what is seen, what it saves."""

from dataclasses import replace

import msgspec

import cache.refresh
from belvedere.cache import store
from belvedere.clock import now_ms
from belvedere.storage.keys.state import watermark_key
from belvedere.storage.table import WorkspaceTable
from tests.integration.cache.conftest import SETTLED_S, YOUNG_S, Board
from tests.unit.http.lambda_requests import Answer


def told(answer: Answer) -> tuple[str, int]:
    assert answer.status == 200, answer.body
    return answer.headers["x-cache"], answer.json["summary"]["total_interactions"]


def filled(board: Board, *names: str) -> None:
    board.ingest(*(names or ("one",)))
    board.fold()
    board.wait(SETTLED_S)


def test_an_answer_is_kept_for_this_process_and_for_the_others_and_costs_less(board: Board) -> None:
    filled(board)
    first, second = board.summary(), board.summary()
    board.process()
    third = board.summary()
    assert [told(answer) for answer in (first, second, third)] == [("miss", 1), ("hit-memory", 1), ("hit-table", 1)]
    assert float(second.headers["x-read-units"]) == 0.0
    assert float(third.headers["x-read-units"]) == 1.0 < float(first.headers["x-read-units"])
    stable = ("time_range", "summary", "agent_breakdown", "hourly_activity", "as_of")
    assert all(first.json[name] == third.json[name] for name in stable)
    assert third.json["cache_info"]["generated_at"] == first.json["cache_info"]["generated_at"]
    assert (first.json["cache_info"]["layer"], third.json["cache_info"]["layer"]) == (None, "table")
    assert first.headers["x-cache-key"] == third.headers["x-cache-key"] == third.json["cache_info"]["cache_key"]


def test_new_events_are_seen_as_soon_as_they_are_folded(board: Board) -> None:
    filled(board)
    assert told(board.summary()) == ("miss", 1)
    board.ingest("two")
    board.fold()
    board.wait(YOUNG_S)
    assert told(board.summary()) == ("miss", 2)
    board.process()
    assert told(board.summary()) == ("miss", 2)  # not settled, so it was not stored


def test_an_event_that_does_not_move_the_watermark_is_seen_all_the_same(board: Board) -> None:
    filled(board, "one", "two")
    assert told(board.summary()) == ("miss", 2)
    board.tables.state.client.update_item(  # a watermark ahead of all that is to come
        TableName=board.tables.state.name,
        Key=board.tables.state.key(watermark_key(board.workspace)),
        UpdateExpression="SET folded = :far",
        ExpressionAttributeValues={":far": {"N": str(now_ms() + 60_000)}},
    )
    board.process()
    assert told(board.summary())[1] == 2
    board.ingest("three")
    board.fold()
    board.wait(YOUNG_S)
    assert told(board.summary()) == ("miss", 3)


def test_a_caller_who_has_the_answer_gets_none_wherever_it_was_kept(board: Board) -> None:
    filled(board)
    etag = board.summary().headers["etag"]
    for _ in range(2):
        answer = board.summary(**{"If-None-Match": etag})
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", etag)
        board.process()
    assert board.summary("force_refresh=true").headers["etag"] == etag


def test_force_refresh_works_out_a_new_answer(board: Board) -> None:
    filled(board)
    told(board.summary())
    assert told(board.summary("force_refresh=true")) == ("bypass", 1)
    assert told(board.summary()) == ("hit-memory", 1)


def test_explain_tells_plan_units_and_cache(board: Board) -> None:
    filled(board)
    told(board.summary())
    explain = board.summary("explain=true").json["explain"]
    assert explain["cache"] == "hit-memory"
    assert explain["units"]["read_units"] == 0.0
    assert explain["plans"]
    assert explain["metrics"]["interaction_count"] == 1


def test_an_invalidation_reaches_the_memory_of_other_processes(board: Board) -> None:
    filled(board)
    warm = board.process()
    told(board.summary())
    board.wait(YOUNG_S)
    assert told(board.summary())[0] == "hit-memory"
    board.process().invalidate(board.workspace, "dashboard:*")
    board.answers(warm)
    board.wait(YOUNG_S)
    assert told(board.summary())[0] == "miss"


def test_a_stale_answer_is_refreshed_by_the_refresh_function(board: Board) -> None:
    filled(board)
    told(board.summary())
    board.wait(301)
    board.process()
    assert told(board.summary()) == ("stale", 1)
    (job,) = board.jobs
    assert cache.refresh.handler(msgspec.json.decode(job), None) == {"refreshed": 1, "left": 0}
    board.process()
    refreshed = board.summary()
    assert told(refreshed) == ("hit-table", 1)
    assert int(refreshed.headers["age"]) < 60


def test_the_schedule_keeps_warm_what_is_asked_most(board: Board) -> None:
    from belvedere.cache.query_sampling import sample_query

    filled(board)
    span = {"start_date": None, "end_date": None, "preset": "24h", "user_ids": [], "agent_types": []}
    sample_query(board.tables.cache, "dashboard:summary", span, now_ms())
    board.patch.setattr(cache.refresh, "workspace_names", lambda: [board.workspace])
    assert cache.refresh.handler({"source": "aws.scheduler"}, None) == {"warmed": 1, "failed": 0}
    assert len(list(store.names(board.tables.cache))) == 1


def test_a_cache_table_that_is_gone_costs_an_answer_and_no_request(board: Board) -> None:
    filled(board)
    table = board.tables.cache
    gone = WorkspaceTable(table.client, "no-such-table", board.workspace)
    board.process(lambda _: replace(board.tables, cache=gone))
    assert told(board.summary()) == ("miss", 1)
    assert told(board.summary("force_refresh=true")) == ("bypass", 1)
