"""The demo sends simulated events when their time comes and keeps the truth of what the stack took."""

from pathlib import Path

import pytest

from belvedere_cli import cli
from belvedere_cli.demo import demo
from belvedere_cli.demo.demo import Demo, Scenario, batched, happened_since
from belvedere_cli.demo.ground_truth import GroundTruth
from belvedere_cli.demo.simulator import Simulator
from belvedere_cli.demo.team_simulator import TeamSimulator
from belvedere_cli.demo.team_truth import TeamTruth
from belvedere_cli.demo.timeline import TimedEvent
from belvedere_cli.sending.event_wire import WireEvent
from tests.unit.infra.fake_stack import FakeStack, refusal

MONDAY = 1_767_571_200_000
SECOND_MS = 1000


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now_s: float) -> None:
        self.now_s = now_s

    def __call__(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


def delivery(second: float, event_id: str, event_type: str = "learning.hint") -> TimedEvent:
    sent_at = MONDAY + int(second * SECOND_MS)
    properties = {"agent_type": "forces"}
    return TimedEvent(sent_at, WireEvent(id=event_id, type=event_type, time=sent_at, user="u", properties=properties))


def demo_of(stack: FakeStack) -> tuple[Demo, list[str]]:
    told: list[str] = []
    return Demo(stack.client(), told.append), told


async def test_events_are_sent_when_due_and_those_of_one_tick_together() -> None:
    stack, clock = FakeStack(), FakeClock(MONDAY / 1000)
    run, _ = demo_of(stack)
    timeline = [delivery(0, "a"), delivery(0.2, "b"), delivery(0.9, "c"), delivery(5, "d")]
    await run.live(iter(timeline), clock, clock.sleep)
    assert [[event["id"] for event in request] for request in stack.requests] == [["a"], ["b", "c"], ["d"]]
    assert clock() == MONDAY / 1000 + 5


async def test_what_is_late_is_caught_up_at_once() -> None:
    stack, clock = FakeStack(), FakeClock(MONDAY / 1000 + 60)
    run, _ = demo_of(stack)
    await run.live(iter([delivery(n, str(n)) for n in range(5)]), clock, clock.sleep)
    assert len(stack.requests) == 1
    assert len(stack.events) == 5


async def test_the_truth_of_a_run_is_what_the_stack_holds() -> None:
    stack = FakeStack(failures=[None, refusal(503, "busy")])
    run, told = demo_of(stack)
    await run.send(batched(Simulator(per_second=0.5).deliveries(MONDAY, MONDAY + 8 * 3600 * SECOND_MS)))
    kept = list(stack.events.values())
    answers = [event for event in kept if event["type"] == "learning.interaction"]
    assert len(stack.requests) > 3
    assert run.truth.everything.interactions == len(answers) > 500
    assert run.truth.everything.successes == sum(event["properties"]["success"] for event in answers)
    assert run.truth.everything.hints == len(kept) - len(answers)
    assert f"{len(answers):,} interactions" in told[-1]


async def test_what_the_stack_refused_is_no_part_of_the_truth() -> None:
    run, told = demo_of(FakeStack())
    await run.send(batched([delivery(0, "a"), delivery(0, "b", "bad.type")]))
    assert run.truth.everything.hints == 1
    assert "1 refused" in told[0]


async def test_the_same_past_sent_twice_adds_nothing() -> None:
    stack = FakeStack()
    for _ in range(2):
        run, told = demo_of(stack)
        await run.send(batched(Simulator(per_second=0.05).deliveries(MONDAY, MONDAY + 3600 * SECOND_MS)))
    assert "(0 accepted" in told[0]


async def test_the_truth_of_a_team_is_what_the_stack_holds(tmp_path: Path) -> None:
    stack, told = FakeStack(failures=[None, refusal(503, "busy")]), list[str]()
    run = Demo(stack.client(), told.append, TeamTruth())
    team = scenario(tmp_path, "--board", "productivity", "--developers", "5").simulator(0.2)
    await run.send(batched(team.deliveries(MONDAY, MONDAY + 8 * 3600 * SECOND_MS)))
    sessions = [event for event in stack.events.values() if event["type"] == "productivity.session"]
    assert len(sessions) > 500
    assert {event["user"] for event in sessions} == {f"dev-0{number}" for number in range(1, 6)}
    assert f"so far {len(sessions):,} sessions" in told[-1]


def test_no_run_tells_that_a_closing_was_undone_which_was_before_its_start() -> None:
    whole = list(TeamSimulator(per_second=0.1).deliveries(MONDAY, MONDAY + 96 * 3600 * SECOND_MS))
    told = list(happened_since(MONDAY, whole))
    closed, undone = of_kind("pull_request_closed", whole), of_kind("rework", whole)
    assert undone - closed, "else nothing is shown here"
    assert of_kind("rework", told) == undone & closed
    assert len({one.event.id for one in whole} - {one.event.id for one in told}) == len(undone - closed)


def of_kind(kind: str, deliveries: list[TimedEvent]) -> set[tuple[object, object]]:
    """Which closings these are about: the pull request, and when it was closed."""
    events = [delivery.event for delivery in deliveries]
    return {(one.properties["number"], one.time) for one in events if one.type == f"productivity.{kind}"}


def scenario(state_dir: Path, *words: str) -> Scenario:
    """What the command makes of its words."""
    scenarios: list[Scenario] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "run", lambda scenario, _: scenarios.append(scenario) or 0)
        assert cli.main(["demo", *words, "--state-dir", str(state_dir)]) == 0
    return scenarios[0]


@pytest.mark.parametrize(("text", "hours"), [("7d", 168), ("24h", 24), ("30m", 0.5)])
def test_a_span_is_a_number_and_a_unit(tmp_path: Path, text: str, hours: float) -> None:
    assert scenario(tmp_path, "--backfill", text).backfill == hours * 3600 * SECOND_MS


@pytest.mark.parametrize(
    "words",
    [
        ["--backfill", "7"],
        ["--backfill", "7w"],
        ["--rate", "0"],
        ["--rate", "nan"],
        ["--rate", "x"],
        ["--rate", "1e9"],
        ["--events", "0"],
        ["--students", "-1"],
        ["--developers", "0"],
        ["--board", "media"],
    ],
)
def test_a_wrong_argument_is_named_and_explained(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        scenario(tmp_path, *words)
    assert left.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_without_a_stack_it_ends_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--state-dir", str(tmp_path)]) == 2
    assert "make up" in capsys.readouterr().err


def test_an_unfinished_truth_can_be_told() -> None:
    assert GroundTruth().summary().startswith("0 interactions, 0 successes (-)")
