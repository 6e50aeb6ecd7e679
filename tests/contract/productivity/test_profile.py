"""A developer's profile, or everybody's: totals, dimensions, badges and languages."""

from collections import Counter
from itertools import accumulate
from typing import Any

import pytest

from belvedere.boards.productivity.profile.badges import BADGES
from belvedere.boards.registry import CATALOG
from belvedere.rollups.erase import Erase
from belvedere.storage.tables import tables
from tests.contract.people import a_person
from tests.contract.productivity.team import (
    ANA,
    BEN,
    ODD,
    SESSIONS,
    acceptance,
    accepted,
    at,
    cost,
    date,
    of_days,
    session,
    tokens,
    told,
)  # fmt: skip
from tests.contract.shapes import assert_like, assert_refused
from tests.worlds.served import Served

PROFILE = "/api/profile"
DIMENSIONS, BADGE_LIST, LANGUAGES = (f"{PROFILE}/{name}" for name in ("dimensions", "badges", "languages"))
EVERY_PROFILE = pytest.mark.parametrize("path", [PROFILE, DIMENSIONS, BADGE_LIST, LANGUAGES])
SOMEBODY = pytest.mark.parametrize("developer", [None, ANA, BEN, ODD])
Json = dict[str, Any]
DOCUMENTED: Json = {
    "developer_id": "ana", "total_sessions": 3, "total_tokens_used": 1350, "total_cost_usd": 0.0135,
    "avg_latency_ms": 1382.6, "acceptance_rate": 33.3, "most_used_models": [{"value": "m", "count": 1}],
    "active_repos": [{"value": "r", "count": 1}], "sessions_by_date": {}, "id": "ana", "name": "ana", "joinDate": "d",
}  # fmt: skip


def asked(developer: str | None) -> dict[str, str]:
    return {"developer_id": developer} if developer else {}


def sessions_of(developer: str | None, oldest: int = 4000) -> list[Json]:
    return of_days(SESSIONS, 0, oldest, user=developer)


def counted(values: list[str], most: int = 5) -> list[Json]:
    """The most frequent first, equals by name."""
    ranked = sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    return [{"value": value, "count": count} for value, count in ranked[:most]]


# Totals


@SOMEBODY
def test_a_profile_is_of_all_sessions_there_ever_were(board: Served, developer: str | None) -> None:
    answer, mine = board.get(PROFILE, **asked(developer)).json(), sessions_of(developer)
    latencies = told(mine, "latency_ms")
    assert answer["developer_id"] == developer
    assert answer["total_sessions"] == len(mine)
    assert answer["total_tokens_used"] == tokens(mine)
    assert answer["total_cost_usd"] == pytest.approx(cost(mine))
    assert answer["avg_latency_ms"] == pytest.approx(sum(latencies) / len(latencies))
    assert answer["acceptance_rate"] == pytest.approx(100 * (acceptance(mine) or 0))
    assert answer["most_used_models"] == counted(told(mine, "model"))
    assert answer["active_repos"] == counted(told(mine, "repo_slug"))
    assert answer["sessions_by_date"] == Counter(one["time"][:10] for one in mine)


def test_a_profile_has_the_documented_shape(board: Served) -> None:
    assert_like(board.get(PROFILE, developer_id=ANA).json(), DOCUMENTED)


def test_no_more_than_five_models_and_repositories_are_listed(board: Served) -> None:
    many = [session(f"m{n}", at(1), model=f"model-{n % 7}", repo=f"acme/{n % 6}") for n in range(20)]
    board.send_and_fold(*many, workspace="many")
    for developer in (None, ANA):
        answer = board.get(PROFILE, key=board.key(workspace="many"), **asked(developer)).json()
        assert answer["most_used_models"] == counted(told(many, "model"))
        assert answer["active_repos"] == counted(told(many, "repo_slug"))
        assert len(answer["most_used_models"]) == 5


def test_a_developer_without_sessions_is_not_found_where_others_have_some(board: Served) -> None:
    assert_refused(board.get(PROFILE, developer_id="zoe/1"), 404, "NOT_FOUND", "Developer zoe/1 not found")
    assert_refused(board.get(PROFILE, developer_id="carla"), 404, "NOT_FOUND", "Developer carla not found")


def test_where_nobody_has_any_everybody_has_zeros(board: Served) -> None:
    for developer in (None, "zoe"):
        answer = board.get(PROFILE, key=board.key(workspace="nobody"), **asked(developer))
        zeros = {"total_sessions": 0, "total_tokens_used": 0, "total_cost_usd": 0, "avg_latency_ms": 0,
                 "acceptance_rate": 0, "most_used_models": [], "active_repos": [], "sessions_by_date": {},
                 "joinDate": None, "email": None, "developer_id": developer}  # fmt: skip
        assert answer.status_code == 200
        assert answer.json().items() >= zeros.items()


# Who that is


def test_without_a_record_a_developer_is_known_by_their_id_and_first_session(board: Served) -> None:
    answer = board.get(PROFILE, developer_id=ODD).json()
    assert (answer["id"], answer["name"], answer["email"], answer["joinDate"]) == (ODD, ODD, None, date(19))


def test_a_record_in_the_directory_says_who_a_developer_is_and_is_read_anew_each_time(board: Served) -> None:
    record = {"user_id": BEN, "role": "viewer", "name": "Ben Okri", "email": "ben@acme.example"}
    board.get(PROFILE, developer_id=BEN)
    assert board.post("/v1/directory/users", record, key=board.key("admin")).status_code == 201
    answer = board.get(PROFILE, developer_id=BEN).json()
    assert (answer["id"], answer["name"], answer["email"]) == (BEN, "Ben Okri", "ben@acme.example")
    assert answer["joinDate"] >= date(0)
    named = record | {"name": "Benjamin Okri", "version": 1}
    named.pop("user_id")
    assert board.ask("PUT", f"/v1/directory/users/{BEN}", json=named, key=board.key("admin")).status_code == 200
    renamed = board.get(PROFILE, developer_id=BEN)
    assert renamed.json()["name"] == "Benjamin Okri"
    assert renamed.headers["x-cache"].startswith("hit"), "the numbers are kept, who it is is not"


def test_whoever_is_signed_in_sees_who_they_are_beside_everybodys_numbers(board: Served) -> None:
    answer = board.get(PROFILE, key="", headers=a_person("analyst", "lena")).json()
    assert (answer["id"], answer["name"], answer["developer_id"]) == ("lena", "lena", None)
    assert answer["total_sessions"] == len(SESSIONS)


def test_a_key_is_nobody_and_sees_the_workspace(board: Served) -> None:
    answer = board.get(PROFILE).json()
    assert (answer["id"], answer["name"], answer["joinDate"]) == ("demo", "demo", date(400))


# Dimensions


def dimensions(board: Served, **asked: Any) -> dict[str, Json]:
    return {one["dimension"]: one for one in board.get(DIMENSIONS, **asked).json()}


@SOMEBODY
def test_the_scores_are_made_of_the_last_thirty_days(board: Served, developer: str | None) -> None:
    found, mine = dimensions(board, **asked(developer)), sessions_of(developer, oldest=29)
    diffs, good = told(mine, "diff_ratio"), accepted(mine)
    lines = sum(told(good, "accepted_lines"))
    days = {(one["time"][:10], one["user"]) for one in mine if "user" in one}
    early, late = (acceptance(of_days(mine, *part)) for part in ((15, 29), (0, 14)))
    assert list(found) == [
        "Prompt Engineering", "Model Selection", "Code Quality", "Productivity", "Learning Curve", "Cost Efficiency",
    ]  # fmt: skip
    assert found["Prompt Engineering"]["value"] == pytest.approx(acceptance(mine))
    assert found["Code Quality"]["value"] == pytest.approx(sum(diffs) / len(diffs))
    assert found["Productivity"]["value"] == pytest.approx(lines / len(days))
    assert found["Cost Efficiency"]["value"] == pytest.approx(tokens(good) / lines)
    assert found["Cost Efficiency"]["score"] == pytest.approx(100 * min(1, 50 * lines / tokens(good)), abs=0.06)
    growth = found["Learning Curve"]["value"]
    if early is None or late is None:
        assert (growth, found["Learning Curve"]["score"]) == (None, 0)
    else:
        assert growth == pytest.approx((late - early) / max(late, early))
    assert all(0 <= one["score"] <= 100 for one in found.values())


def test_models_are_compared_by_the_price_of_an_acceptance(board: Served) -> None:
    tried = [
        session(f"t{n}", at(n % 5), model=model, cost=price, accepted=n < good)
        for model, price, good in (("dear", 0.4, 4), ("cheap", 0.01, 5))
        for n in range(10)
    ]
    named = [one | {"id": f"{one['id']}-{one['properties']['model']}"} for one in tried]
    board.send_and_fold(*named, workspace="models")
    for developer in (None, ANA):
        found = dimensions(board, key=board.key(workspace="models"), **asked(developer))["Model Selection"]
        assert found["value"] == pytest.approx(9 * (0.1 / 5) / (4.0 + 0.1))
        assert found["score"] == pytest.approx(100 * found["value"], abs=0.06)


def test_the_days_that_are_scored_can_be_chosen(board: Served) -> None:
    assert dimensions(board, days=1, developer_id=ANA)["Prompt Engineering"]["value"] == 1
    assert dimensions(board, days=2, developer_id=ANA)["Prompt Engineering"]["value"] == 0.5
    assert dimensions(board, days="all") == dimensions(board)


def test_somebody_of_whom_nothing_is_known_scores_zero_and_it_says_that_nothing_is(board: Served) -> None:
    for found in (dimensions(board, developer_id="zoe"), dimensions(board, key=board.key(workspace="nobody"))):
        assert {(one["score"], one["value"]) for one in found.values()} == {(0, None)}


# Badges


def badges(board: Served, **asked: Any) -> dict[str, str | None]:
    """When each badge was earned."""
    return {one["id"]: one.get("earnedDate") for one in board.get(BADGE_LIST, **asked).json()}


def first_day_of(values: list[tuple[str, str]], different: int) -> str | None:
    """The day on which the so manieth different value was seen."""
    seen = accumulate(({value} for _, value in values), set.union)
    return next((day for (day, _), known in zip(values, seen, strict=True) if len(known) >= different), None)


@SOMEBODY
def test_a_badge_is_earned_on_the_first_day_on_which_its_rule_holds(board: Served, developer: str | None) -> None:
    found, mine = badges(board, **asked(developer)), sessions_of(developer)
    named = {
        field: [(one["time"][:10], one["properties"][field]) for one in mine if field in one["properties"]]
        for field in ("language", "model")
    }
    assert found["first-steps"] == mine[0]["time"][:10]
    assert found["polyglot"] == first_day_of(named["language"], 3)
    assert found["model-explorer"] == first_day_of(named["model"], 3)
    assert found["century"] is found["thousand-lines"] is found["speed-demon"] is None
    assert found["on-a-roll"] == (date(2) if developer is None else None)


def test_badges_have_the_documented_shape_and_a_date_only_where_they_are_earned(board: Served) -> None:
    rows = board.get(BADGE_LIST, developer_id=BEN).json()
    assert [row["id"] for row in rows] == [badge.id for badge in BADGES]
    for row in rows:
        assert row["name"]
        assert row["description"]
        assert row["earned"] is ("earnedDate" in row)


def test_a_hundred_sessions_are_reached_on_the_day_of_the_hundredth(board: Served) -> None:
    """60 on one day, 39 four days later, then one more, and one after it."""
    days = [*[10] * 60, *[6] * 39, 5, 4]
    board.send_and_fold(*(session(f"h{n}", at(day), ODD) for n, day in enumerate(days)), workspace="hundred")
    for developer in (None, ODD):
        found = badges(board, key=board.key(workspace="hundred"), **asked(developer))
        assert (found["century"], found["speed-demon"], found["first-steps"]) == (date(5), date(10), date(10))


def test_nobody_has_no_badges(board: Served) -> None:
    assert set(badges(board, developer_id="zoe").values()) == {None}
    assert set(badges(board, key=board.key(workspace="nobody")).values()) == {None}


# Languages


@SOMEBODY
@pytest.mark.parametrize("days", [None, 7, 30])
def test_languages_are_shares_of_the_sessions_that_name_one(
    board: Served, developer: str | None, days: int | None
) -> None:
    rows = board.get(LANGUAGES, **asked(developer), **({"days": days} if days else {})).json()
    named = told(sessions_of(developer, days - 1 if days else 4000), "language")
    assert rows == [
        {"language": one["value"], "sessionCount": one["count"],
         "percentage": pytest.approx(100 * one["count"] / len(named), abs=0.006)}
        for one in counted(named, most=99)
    ]  # fmt: skip
    assert not rows or sum(row["percentage"] for row in rows) == pytest.approx(100, abs=0.05)


def test_whoever_names_no_language_has_none(board: Served) -> None:
    assert board.get(LANGUAGES, developer_id="zoe").json() == []
    assert board.get(LANGUAGES, key=board.key(workspace="nobody")).json() == []


# All of them


@EVERY_PROFILE
def test_profiles_name_developers_so_analysts_see_them(board: Served, path: str) -> None:
    for role in ("analyst", "admin"):
        assert board.get(path, key="", headers=a_person(role, f"profile-{role}")).status_code == 200
    for role in ("student", "viewer", "instructor"):
        refused = board.get(path, key="", headers=a_person(role, f"profile-{role}"))
        assert_refused(refused, 403, "FORBIDDEN", f"the role '{role}'")
    with board.with_environment(PUBLIC_READ="true"):
        assert board.get(path, key="", developer_id=ANA).status_code == 200


@EVERY_PROFILE
def test_a_kept_profile_is_the_same_and_one_of_another_developer_is_not(board: Served, path: str) -> None:
    first, again, other = (board.get(path, developer_id=one) for one in (ANA, ANA, BEN))
    assert again.headers["x-cache"].startswith("hit")
    assert again.headers["etag"] == first.headers["etag"]
    assert other.json() != first.json()
    assert board.get(path, developer_id=ANA, headers={"If-None-Match": first.headers["etag"]}).status_code == 304


@EVERY_PROFILE
def test_a_name_is_at_most_200_characters_long_and_an_empty_one_is_everybody(board: Served, path: str) -> None:
    assert_refused(board.get(path, developer_id="d" * 201), 422, "VALIDATION_ERROR", "developer_id", "200")
    everybody, empty = board.get(path).json(), board.get(path, developer_id="").json()
    assert empty == everybody or empty["cache_info"].pop("layer") != everybody["cache_info"].pop("layer")


@pytest.mark.parametrize("path", [DIMENSIONS, LANGUAGES])
@pytest.mark.parametrize("days", ["0", "-1", "3651"])
def test_days_are_1_to_3650(board: Served, path: str, days: str) -> None:
    assert_refused(board.get(path, days=days), 422, "VALIDATION_ERROR", "days", "1 to 3650")


def test_an_erased_developer_is_in_no_profile_any_more(board: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fold.rollups.start_recount", lambda *_: None)  # which comes by the hour as well
    workspace = "leavers"
    key, mine = board.key(workspace=workspace), tables(workspace)
    board.send_and_fold(session("stays", at(2), BEN, language="Go"), workspace=workspace)
    board.send_and_fold(*(session(f"goes-{n}", at(9 - n), ODD, language="C#") for n in range(3)), workspace=workspace)
    assert board.get(PROFILE, key=key, developer_id=ODD).json()["total_sessions"] == 3
    assert Erase(mine.events, mine.rollups, mine.state, tuple(CATALOG.rollup_tables.values()), 1).run(ODD) == 3
    board.fold()
    assert board.get(PROFILE, key=key, developer_id=ODD).status_code == 404
    everybody = board.get(PROFILE, key=key).json()
    assert (everybody["total_sessions"], everybody["joinDate"]) == (1, date(2))
    assert badges(board, key=key)["first-steps"] == date(2)
    assert [row["language"] for row in board.get(LANGUAGES, key=key).json()] == ["Go"]
    assert set(badges(board, key=key, developer_id=ODD).values()) == {None}
