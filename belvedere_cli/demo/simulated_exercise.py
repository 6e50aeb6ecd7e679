"""One exercise of one student: tries until one succeeds or patience ends, with hints asked for after failures."""

import math
import random
from collections.abc import Iterator
from itertools import count

from belvedere_cli.demo.simulated_school import AGENTS, Agent, Student, chance_of_success
from belvedere_cli.sending.event_wire import WireEvent

TRIES = 4
LONGEST_ANSWER_MS = 90_000
SPREAD_OF_ANSWERS = 0.5  # sigma of the lognormal
HINT_CHANCE = 0.6
HINT_MS = (2_000, 20_000)
PROBLEMS = 20
LONGEST_MS = TRIES * (LONGEST_ANSWER_MS + HINT_MS[1])


def exercise(rng: random.Random, name: str, student: Student, start: int) -> Iterator[WireEvent]:
    """The events of one exercise, in order; their ids begin with `name`."""
    agent = rng.choice(AGENTS)
    about = {
        "agent_type": agent.name,
        "concept": rng.choice(agent.concepts),
        "class_id": student.class_id,
        "problem": f"{agent.name}-{rng.randint(1, PROBLEMS)}",
        "step": "a",
    }
    time, hints, ids = start, 0, count()
    for attempt in range(1, TRIES + 1):
        taken = _answer_ms(rng, student, agent)
        time += taken
        success = rng.random() < chance_of_success(student, agent, hints)
        answer = {"success": success, "execution_time_ms": taken, "difficulty": agent.level}
        properties = {**about, **answer, "first_attempt": attempt == 1}
        yield _event("learning.interaction", f"{name}-{next(ids)}", time, student, properties)
        if success:
            return
        if rng.random() < HINT_CHANCE:
            hints += 1
            time += rng.randint(*HINT_MS)
            yield _event("learning.hint", f"{name}-{next(ids)}", time, student, {**about, "hint": f"hint-{hints}"})


def _answer_ms(rng: random.Random, student: Student, agent: Agent) -> int:
    """How long an answer takes: lognormal around what is typical for both, never beyond patience."""
    drawn = rng.lognormvariate(math.log(agent.typical_ms * student.slowness), SPREAD_OF_ANSWERS)
    return min(LONGEST_ANSWER_MS, round(drawn))


def _event(kind: str, event_id: str, time: int, student: Student, properties: dict[str, object]) -> WireEvent:
    return WireEvent(id=event_id, type=kind, time=time, user=student.id, properties=properties)
