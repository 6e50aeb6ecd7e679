"""The simulator makes the same events wherever it runs, and its truth is what anyone recounts."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path

import msgspec
import pytest

from belvedere_cli.demo.ground_truth import GroundTruth, TrueTotals
from belvedere_cli.demo.simulated_school import AGENTS, chance_of_success
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.demo.timeline import BY_HOUR, FROM_THURSDAY, TimedEvent
from belvedere_cli.sending.event_wire import WireEvent

HOUR_MS = 3_600_000
MONDAY = 1_767_571_200_000  # 2026-01-05T00:00:00Z
DAY = Simulator(per_second=0.1)
ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def day() -> list[TimedEvent]:
    """All deliveries of one Monday."""
    return list(DAY.deliveries(MONDAY, MONDAY + 24 * HOUR_MS))


@pytest.fixture(scope="module")
def truth(day: list[TimedEvent]) -> GroundTruth:
    """What that Monday adds up to."""
    truth = GroundTruth()
    for delivery in day:
        truth.observe(delivery)
    return truth


def test_the_same_scenario_is_the_same_events(day: list[TimedEvent]) -> None:
    again = Simulator(per_second=0.1).deliveries(MONDAY, MONDAY + 24 * HOUR_MS)
    assert list(again) == day


def test_another_process_makes_the_same_events(day: list[TimedEvent]) -> None:
    program = (
        "import msgspec, sys; from belvedere_cli.demo.simulator import Simulator;"
        f"hour = list(Simulator(per_second=0.1).deliveries({MONDAY}, {MONDAY + HOUR_MS}));"
        "sys.stdout.buffer.write(msgspec.json.encode(hour))"
    )
    environment = {"PYTHONHASHSEED": "12345", "PYTHONPATH": str(ROOT)}
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=True)
    first_hour = [delivery for delivery in day if delivery.sent_at < MONDAY + HOUR_MS]
    assert msgspec.json.decode(made.stdout, type=list[TimedEvent]) == first_hour


@pytest.mark.parametrize("other", [Simulator(8, per_second=0.1), Simulator(per_second=0.2), Simulator(students=9)])
def test_another_scenario_shares_no_id(day: list[TimedEvent], other: Simulator) -> None:
    ids = {delivery.event.id for delivery in day}
    assert ids.isdisjoint(delivery.event.id for delivery in other.deliveries(MONDAY, MONDAY + 12 * HOUR_MS))


def test_two_windows_side_by_side_hold_the_events_of_both_together(day: list[TimedEvent]) -> None:
    cut = MONDAY + 10 * HOUR_MS + 12_345
    parts = [*DAY.deliveries(MONDAY, cut), *DAY.deliveries(cut, MONDAY + 24 * HOUR_MS)]
    assert [part.event for part in parts if not part.repeat] == [one.event for one in day if not one.repeat]


def test_the_endless_timeline_begins_like_any_window_of_it(day: list[TimedEvent]) -> None:
    assert list(islice(DAY.deliveries(MONDAY), 500)) == day[:500]


def test_deliveries_come_in_the_order_of_sending_and_inside_the_window(day: list[TimedEvent]) -> None:
    sent = [delivery.sent_at for delivery in day]
    assert sent == sorted(sent)
    assert sent[0] >= MONDAY
    assert sent[-1] < MONDAY + 24 * HOUR_MS


def test_ids_are_unique_but_for_repeats_which_are_copies_of_what_was_sent(day: list[TimedEvent]) -> None:
    seen: dict[str, WireEvent] = {}
    for delivery in day:
        assert delivery.repeat == (delivery.event.id in seen)
        assert seen.setdefault(delivery.event.id, delivery.event) == delivery.event
    assert any(delivery.repeat for delivery in day)


def test_the_truth_of_everything_equals_a_recount(day: list[TimedEvent], truth: GroundTruth) -> None:
    events = {delivery.event.id: delivery.event for delivery in day}.values()
    answers = [event for event in events if event.type == "learning.interaction"]
    assert truth.everything == TrueTotals(
        interactions=len(answers),
        successes=len([event for event in answers if event.properties["success"] is True]),
        execution_ms=sum(event.properties["execution_time_ms"] for event in answers),
        hints=len([event for event in events if event.type == "learning.hint"]),
        users={event.user for event in answers if event.user},
    )
    assert truth.repeats == len(day) - len(events)


@pytest.mark.parametrize("kind", ["hours", "days", "agents"])
def test_the_truth_of_each_cell_equals_a_recount(day: list[TimedEvent], truth: GroundTruth, kind: str) -> None:
    def cell(delivery: TimedEvent) -> str:
        moment = datetime.fromtimestamp(int(delivery.event.time) / 1000, UTC)
        name = {"hours": f"{moment:%Y-%m-%dT%H}", "days": f"{moment:%Y-%m-%d}"}
        return name.get(kind) or delivery.event.properties["agent_type"]

    first_copies = [delivery for delivery in day if not delivery.repeat]
    cells: dict[str, TrueTotals] = getattr(truth, kind)
    assert {name: totals.interactions + totals.hints for name, totals in cells.items()} == Counter(
        map(cell, first_copies)
    )
    answered = {(cell(one), one.event.user) for one in first_copies if one.event.type == "learning.interaction"}
    assert {name: len(totals.users) for name, totals in cells.items() if totals.users} == Counter(
        name for name, _ in answered
    )


def test_a_truth_of_nothing_has_no_success_rate() -> None:
    assert TrueTotals().success_rate is None


def test_every_event_is_what_the_learning_board_expects(day: list[TimedEvent]) -> None:
    agents = {agent.name: agent for agent in AGENTS}
    for event in (delivery.event for delivery in day):
        agent = agents[event.properties["agent_type"]]
        assert event.properties["concept"] in agent.concepts
        if event.type == "learning.interaction":
            assert isinstance(event.properties["success"], bool)
            assert event.properties["execution_time_ms"] > 0
        else:
            assert event.type == "learning.hint"
            assert "success" not in event.properties


def test_a_hint_follows_a_failure_of_the_same_exercise(day: list[TimedEvent]) -> None:
    exercises: dict[str, list[TimedEvent]] = {}
    for delivery in day:
        if not delivery.repeat:
            exercises.setdefault(delivery.event.id.rpartition("-")[0], []).append(delivery)
    hints = 0
    for steps in exercises.values():
        for before, after in pairwise(steps):
            assert before.event.properties.get("success") is not True
            if after.event.type == "learning.hint":
                hints += 1
                assert before.event.properties["success"] is False
    assert hints > 100


def test_harder_agents_see_fewer_successes(truth: GroundTruth) -> None:
    rates = {agent.name: truth.agents[agent.name].success_rate or 0.0 for agent in AGENTS}
    assert rates["math_helper"] > rates["forces"] > rates["angular_motion"]


def test_ability_and_hints_raise_the_chance_of_success() -> None:
    weak, able = (sorted(DAY.school, key=lambda student: student.ability)[place] for place in (0, -1))
    for agent in AGENTS:
        assert chance_of_success(weak, agent, 0) < chance_of_success(weak, agent, 1)
        assert chance_of_success(weak, agent, 0) < chance_of_success(able, agent, 0)


def test_a_day_has_a_rhythm_unless_told_otherwise(truth: GroundTruth) -> None:
    assert truth.hours["2026-01-05T10"].interactions > 5 * truth.hours["2026-01-05T03"].interactions
    steady = GroundTruth()
    for delivery in Simulator(per_second=0.1, rhythm=False).deliveries(MONDAY, MONDAY + 24 * HOUR_MS):
        steady.observe(delivery)
    assert min(totals.interactions for totals in steady.hours.values()) > 100


def test_rhythms_change_when_events_come_and_not_how_many() -> None:
    assert sum(BY_HOUR) == pytest.approx(24)
    assert sum(FROM_THURSDAY) == pytest.approx(7)


@pytest.mark.parametrize("per_second", [0.05, 2.0])
def test_the_rate_is_about_what_was_asked_for(per_second: float) -> None:
    hours = 100 if per_second < 1 else 3
    sent = Simulator(per_second=per_second, rhythm=False).deliveries(MONDAY, MONDAY + hours * HOUR_MS)
    assert len(list(sent)) == pytest.approx(per_second * hours * 3600, rel=0.1)
