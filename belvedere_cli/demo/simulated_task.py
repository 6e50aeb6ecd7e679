"""One task of one developer: calls of an assistant until it is done, and a commit if anything was accepted."""

import math
import random
from collections.abc import Iterator
from itertools import count

from belvedere_cli.demo.simulated_team import MODELS, Developer, SimulatedModel, chance_of_acceptance
from belvedere_cli.demo.timeline import TimedEvent
from belvedere_cli.sending.event_wire import WireEvent

CALLS = 6
GOES_ON = 0.7
LONGEST_CALL_MS = 60_000
THOUGHT_MS = (10_000, 120_000)
COMMIT_MS = (30_000, 300_000)
COMMIT_CHANCE = 0.6
LONGEST_MS = CALLS * (LONGEST_CALL_MS + THOUGHT_MS[1]) + COMMIT_MS[1]
ANSWERS = {200: 0.955, 429: 0.02, 500: 0.015, 529: 0.01}  # what a call came to, and how often

Properties = dict[str, object]


def task(rng: random.Random, name: str, developer: Developer, start: int) -> Iterator[TimedEvent]:
    """The events of one task, each sent at its own time; their ids begin with `name`, but a commit's is its sha."""
    (model,) = rng.choices(MODELS, [model.share for model in MODELS])
    time, lines = start, 0
    for number in count():
        properties = call(rng, developer, model)
        time += round(float(str(properties["latency_ms"])))
        lines += int(str(properties.get("accepted_lines", 0)))
        yield _event("session", f"{name}-{number}", time, developer, {"session_id": f"task-{name}", **properties})
        if number + 1 == CALLS or rng.random() > GOES_ON:
            break
        time += rng.randint(*THOUGHT_MS)
    if lines and rng.random() < COMMIT_CHANCE:
        yield _commit(rng, developer, time + rng.randint(*COMMIT_MS), lines)


def call(rng: random.Random, developer: Developer, model: SimulatedModel) -> Properties:
    """What is told of one call: one that failed gave nothing, so nothing of it could be accepted."""
    (status,) = rng.choices(list(ANSWERS), list(ANSWERS.values()))
    tokens_in = min(60_000, round(rng.lognormvariate(math.log(1_800), 0.9)))
    tokens_out = min(8_000, round(rng.lognormvariate(math.log(420), 0.8))) if status == 200 else 0
    latency = (model.first_ms + model.token_ms * tokens_out) * rng.lognormvariate(0, 0.25)
    accepted = status == 200 and rng.random() < chance_of_acceptance(developer, model)
    properties: Properties = {
        "model": model.name, "tokens_in": tokens_in, "tokens_out": tokens_out, "status_code": status,
        "latency_ms": round(min(LONGEST_CALL_MS, latency), 1), "accepted_flag": accepted,
        "cost_usd": model.cost(tokens_in, tokens_out),
        "repo_slug": developer.home.slug, "language": developer.home.language,
    }  # fmt: skip
    if status == 200:
        properties["diff_ratio"] = round(rng.betavariate(8, 2) if accepted else rng.betavariate(2, 4), 3)
    return properties | ({"accepted_lines": max(1, tokens_out // rng.randint(10, 30))} if accepted else {})


def _commit(rng: random.Random, developer: Developer, time: int, lines: int) -> TimedEvent:
    sha = f"{rng.getrandbits(160):040x}"
    changed = {"additions": lines + rng.randint(0, 40), "deletions": rng.randint(0, 25)}
    about = {"repo_slug": developer.home.slug, "language": developer.home.language}
    return _event("commit", sha, time, developer, {"sha": sha, **about, **changed})


def _event(kind: str, event_id: str, time: int, developer: Developer, properties: Properties) -> TimedEvent:
    event = WireEvent(id=event_id, type=f"productivity.{kind}", time=time, user=developer.id, properties=properties)
    return TimedEvent(time, event)
