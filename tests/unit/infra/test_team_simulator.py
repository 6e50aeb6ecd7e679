"""The simulated team makes the same events wherever it runs, its truth is what anyone recounts, its work is sound."""

from collections import Counter, defaultdict

import msgspec
import pytest

from belvedere.boards.productivity.sessions.prices import priced
from belvedere.boards.registry import CATALOG
from belvedere_cli.demo.simulated_team import MODELS, chance_of_acceptance
from belvedere_cli.demo.team_simulator import TeamSimulator
from belvedere_cli.demo.team_truth import NANO, TeamTruth
from belvedere_cli.demo.timeline import TimedEvent
from belvedere_cli.sending.event_wire import WireEvent

HOUR_MS = 3_600_000
MONDAY = 1_767_571_200_000  # 2026-01-05T00:00:00Z
DAYS = TeamSimulator(per_second=0.03)
SESSION, COMMIT = "productivity.session", "productivity.commit"


@pytest.fixture(scope="module")
def days() -> list[TimedEvent]:
    """All deliveries of two days."""
    return list(DAYS.deliveries(MONDAY, MONDAY + 48 * HOUR_MS))


@pytest.fixture(scope="module")
def events(days: list[TimedEvent]) -> list[WireEvent]:
    """Their events, once each."""
    return [delivery.event for delivery in days if not delivery.repeat]


def of(events: list[WireEvent], *kinds: str) -> list[WireEvent]:
    return [event for event in events if event.type.removeprefix("productivity.") in kinds]


def test_the_same_scenario_is_the_same_events_and_another_shares_no_session(days: list[TimedEvent]) -> None:
    assert list(TeamSimulator(per_second=0.03).deliveries(MONDAY, MONDAY + 48 * HOUR_MS)) == days
    ids = {delivery.event.id for delivery in days if delivery.event.type == SESSION}
    other = TeamSimulator(seed=8, per_second=0.03).deliveries(MONDAY, MONDAY + 4 * HOUR_MS)
    assert ids.isdisjoint(delivery.event.id for delivery in other)


def test_two_windows_side_by_side_hold_the_events_of_both_together(days: list[TimedEvent]) -> None:
    cut = MONDAY + 20 * HOUR_MS + 12_345
    parts = [*DAYS.deliveries(MONDAY, cut), *DAYS.deliveries(cut, MONDAY + 48 * HOUR_MS)]
    assert [part.event for part in parts if not part.repeat] == [one.event for one in days if not one.repeat]


def test_deliveries_come_in_the_order_of_sending_and_repeats_are_copies_of_those_sent(days: list[TimedEvent]) -> None:
    sent = [delivery.sent_at for delivery in days]
    assert sent == sorted(sent)
    assert MONDAY <= sent[0] <= sent[-1] < MONDAY + 48 * HOUR_MS
    seen: dict[tuple[str, object], WireEvent] = {}
    for delivery in days:
        name = delivery.event.id, delivery.event.time
        assert delivery.repeat == (name in seen)
        assert seen.setdefault(name, delivery.event) == delivery.event


def test_the_truth_equals_a_recount(days: list[TimedEvent], events: list[WireEvent]) -> None:
    truth = TeamTruth()
    for delivery in days:
        truth.observe(delivery)
    sessions = [event.properties for event in of(events, "session")]
    assert truth.events == Counter(event.type.removeprefix("productivity.") for event in events)
    assert truth.accepted == len([one for one in sessions if one["accepted_flag"]])
    assert truth.failed == len([one for one in sessions if one["status_code"] != 200])
    assert truth.tokens == sum(one["tokens_in"] + one["tokens_out"] for one in sessions)
    assert truth.nano_usd / NANO == pytest.approx(sum(one["cost_usd"] for one in sessions))
    assert truth.merged == len([event for event in events if event.properties.get("merged")])
    assert truth.repeats == len(days) - len(events)
    assert f"{len(sessions):,} sessions, {truth.accepted:,} accepted" in truth.summary()


def test_a_truth_of_nothing_can_be_told() -> None:
    assert TeamTruth().summary().startswith("0 sessions, 0 accepted (-), 0 failed, 0 tokens, 0.0000 USD")


def test_every_event_is_what_the_board_expects(events: list[WireEvent]) -> None:
    assert {event.type for event in events} == {
        name for name in CATALOG.event_types if name.startswith("productivity.")
    }
    for event in events:
        msgspec.convert(event.properties, CATALOG.event_types[event.type].properties)


def test_a_session_costs_what_the_boards_own_table_says(events: list[WireEvent]) -> None:
    for event in of(events, "session"):
        told = event.properties
        price = priced(told["model"], told["tokens_in"], told["tokens_out"], int(event.time))
        assert (told["cost_usd"], "table") == (pytest.approx(price[0], abs=1e-9), price[1])


def test_what_failed_gave_nothing_and_only_what_was_accepted_has_lines(events: list[WireEvent]) -> None:
    for told in (event.properties for event in of(events, "session")):
        assert told["accepted_flag"] == ("accepted_lines" in told)
        assert (told["status_code"] == 200) == ("diff_ratio" in told)
        assert told["status_code"] == 200 or (told["tokens_out"], told["accepted_flag"]) == (0, False)


def test_a_pull_request_is_opened_then_closed_and_reopened_only_after_a_closing(days: list[TimedEvent]) -> None:
    lives: dict[str, list[TimedEvent]] = defaultdict(list)
    for delivery in days:
        name, _, what = delivery.event.id.partition(":")
        if what and not delivery.repeat:
            lives[name].append(delivery)
    begun = [life for life in lives.values() if life[0].event.id.endswith(":opened")]
    assert len(begun) > 20
    for life in lives.values():
        author = {one.event.user for one in life if not one.event.type.endswith("review")}
        reviewers = {one.event.user for one in life if one.event.type.endswith("review")}
        assert len(author) <= 1
        assert author.isdisjoint(reviewers)
    for life in begun:
        closings = {one.event.time for one in life if one.event.id.endswith(":closed")}
        assert {one.event.time for one in life if one.event.id.endswith(":rework")} <= closings
        assert all(one.event.properties["created_at"] == life[0].event.time for one in life
                   if one.event.id.endswith(":closed"))  # fmt: skip


def test_trust_and_quality_raise_the_chance_that_a_suggestion_is_accepted() -> None:
    wary, easy = (sorted(DAYS.team, key=lambda developer: developer.trust)[place] for place in (0, -1))
    worst, best = (sorted(MODELS, key=lambda model: model.quality)[place] for place in (0, -1))
    assert chance_of_acceptance(wary, worst) < chance_of_acceptance(wary, best) < chance_of_acceptance(easy, best)


@pytest.mark.parametrize(("per_second", "hours"), [(0.05, 100), (4.0, 1)])
def test_the_rate_is_about_what_was_asked_for(per_second: float, hours: int) -> None:
    sent = TeamSimulator(per_second=per_second, rhythm=False).deliveries(MONDAY, MONDAY + hours * HOUR_MS)
    assert len(list(sent)) == pytest.approx(per_second * hours * 3600, rel=0.1)
