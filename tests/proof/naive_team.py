"""What the productivity board's rows are, said by hand, and what is added to its events at the door."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.proof.codes import TEAM
from tests.proof.expected import Expected, when
from tests.proof.sent import Sent

BOARD = "productivity."
PRICES = {"anthropic/claude-3-opus-20240229": (15, 75)}  # USD a million tokens; of other models 10 for either side
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
Json = dict[str, Any]


def completed(event: Sent) -> Json:
    """An event's properties as they are stored."""
    given = event.properties
    return {**given, **dict(_added(event.type.removeprefix(BOARD), given, event.time))}


def _added(kind: str, given: Json, time: int) -> Iterator[tuple[str, Any]]:
    if kind == "session":
        yield "total_tokens", given["tokens_in"] + given["tokens_out"]
        yield from _priced(given)
        if "status_code" in given:
            yield "failed", given["status_code"] > 399
        if "diff_ratio" in given:
            yield "close_match", Decimal(str(given["diff_ratio"])) >= Decimal("0.7")
    if kind == "pull_request_closed" and given["merged"] and "created_at" in given:
        yield "merge_hours", float(Decimal(time - given["created_at"]) / HOUR_MS)
    if kind == "rework":
        yield "within_21_days", "reopened_at" not in given or given["reopened_at"] <= time + 21 * DAY_MS
    if kind == "review" and "state" in given:
        yield "approved", given["state"].upper() == "APPROVED"
        yield "changes_requested", given["state"].upper() == "CHANGES_REQUESTED"


def _priced(given: Json) -> Iterator[tuple[str, Any]]:
    if "cost_usd" in given:
        yield "cost_source", "given"
        return
    model = given.get("model")
    input_price, output_price = PRICES.get(model, (10, 10))
    micro_dollars = given["tokens_in"] * input_price + given["tokens_out"] * output_price
    yield "cost_usd", float(Decimal(micro_dollars) / 10**6)
    yield "cost_source", "table" if model in PRICES else "default"


def count(event: Sent, expected: Expected, *, stored: bool) -> None:
    """Every row of an event that was completed; some families count only what is stored still."""
    kind = event.type.removeprefix(BOARD)
    name = {"session": "sessions", "commit": "commits", "pull_request_opened": "opened",
            "pull_request_closed": "closed", "rework": "reworks", "review": "reviews"}[kind]  # fmt: skip
    if kind == "session":
        _session(event, expected)
        if stored:
            _listed(event, expected)
        return
    numbers, who = {"count": 1, **dict(_numbers(kind, event.properties))}, {"user": event.user}
    values = {"merge_hours": event.properties.get("merge_hours")} if kind == "pull_request_closed" else {}
    members = who if kind == "commit" else {}
    for grain in ("hour", "day") if kind == "commit" else ("day",):
        expected.add(event, f"{BOARD}{name}", grain, (), numbers, values=values, members=members)
    if "repo_slug" in event.properties:
        repo = (event.properties["repo_slug"],)
        expected.add(event, f"{BOARD}{name}_by_repo", "day", repo, numbers, values=values, members=members)
    if kind in ("commit", "pull_request_closed", "review") and event.user is not None:
        expected.add(event, f"{BOARD}{name}_by_user", "day", (event.user,), numbers)


def _numbers(kind: str, told: Json) -> Iterator[tuple[str, int]]:
    """What an event that is no session adds beside one more."""
    if kind == "commit":
        yield from ((name, told[name]) for name in ("additions", "deletions") if name in told)
    if kind == "pull_request_closed":
        yield "merged", int(told["merged"])
        if "merge_hours" in told:
            yield from (("merge_hours", int(Decimal(str(told["merge_hours"])) * 10**6)), ("merge_hours_n", 1))
    if kind == "rework":
        yield "within_21_days", int(told["within_21_days"])
    if kind == "review" and "state" in told:
        yield from ((name, int(told[name])) for name in ("approved", "changes_requested"))


def _session(event: Sent, expected: Expected) -> None:
    told, numbers = event.properties, {"count": 1, **dict(_measures(event.properties))}
    latency = {"latency_ms": told.get("latency_ms")}
    who, model, repo, language = {"user": event.user}, *(told.get(n) for n in ("model", "repo_slug", "language"))
    for grain in ("hour", "day"):
        members = who | {"session_id": told.get("session_id")}
        expected.add(event, f"{BOARD}sessions", grain, (), numbers, values=latency, members=members)
    if model is not None:
        expected.add(event, f"{BOARD}sessions_by_model", "day", (model,), numbers, values=latency, members=who)
    if repo is not None:
        expected.add(event, f"{BOARD}sessions_by_repo", "day", (repo,), numbers, values=latency, members=who)
    if repo is not None and model is not None:
        expected.add(event, f"{BOARD}sessions_by_repo_and_model", "day", (repo, model), {"count": 1})
    if language is not None:
        expected.add(event, f"{BOARD}sessions_by_language", "day", (language,), {"count": 1})
    if event.user is not None:
        coded = {TEAM[name]: number for name, number in numbers.items()}
        cells = [(("h", when(event, "%H"), model or ""), coded)]
        cells += [((tag, value), {"n": 1}) for tag, value in (("r", repo), ("l", language)) if value is not None]
        expected.add_cells(event, f"{BOARD}sessions_by_user", cells)


def _listed(event: Sent, expected: Expected) -> None:
    """What a listing is paged by: hours have their minutes as well."""
    told = event.properties
    numbers = {"count": 1} | ({"failed": int(told["failed"])} if "failed" in told else {})
    minutes = {f"{TEAM[name]}{when(event, '%M')}": number for name, number in numbers.items()}
    values, model = {name: told.get(name) for name in ("cost_usd", "total_tokens")}, told.get("model")
    families = [("listed", ())] + ([("listed_by_model", (model,))] if model is not None else [])
    for name, dims in families:
        expected.add(event, f"{BOARD}{name}", "hour", dims, numbers | minutes, values=values, quartered=False)
        expected.add(event, f"{BOARD}{name}", "day", dims, numbers, values=values)
    if event.user is not None:
        coded = {TEAM[name]: number for name, number in numbers.items()}
        cells = [(("h", when(event, "%H"), model or ""), coded)]
        expected.add_cells(event, f"{BOARD}listed_by_user", cells, quartered=False)


def _measures(told: Json) -> Iterator[tuple[str, int]]:
    """What a session adds beside one more."""
    good = told.get("accepted_flag")
    if good is not None:
        yield from (("accepted", int(good)), ("accepted_n", 1))
    if good:
        yield "accepted_tokens", told["tokens_in"] + told["tokens_out"]
        if "accepted_lines" in told:
            yield from (("accepted_lines", told["accepted_lines"]), ("accepted_lines_n", 1))
    if "failed" in told:
        yield "failed", int(told["failed"])
    yield from (("tokens_in", told["tokens_in"]), ("tokens_out", told["tokens_out"]))
    yield "cost", int(Decimal(str(told["cost_usd"])) * 10**9)
    if "latency_ms" in told:
        yield from (("latency", int(Decimal(str(told["latency_ms"])) * 1000)), ("latency_n", 1))
    if "diff_ratio" in told:
        yield from (("diff_ratio", int(Decimal(str(told["diff_ratio"])) * 10**6)), ("diff_ratio_n", 1))
        yield "close_match", int(told["close_match"])
