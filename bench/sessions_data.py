"""A team's sessions over 30 days: eight models, sixty developers, tokens that differ, some calls that cost nothing."""

import random
from collections.abc import Iterator, Sequence

from belvedere.clock import DAY_MS, HOUR_MS
from belvedere.ingest.event import EventContent

TYPE = "productivity.session"
DAYS = 30
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z
MODELS = ("anthropic/claude-3-sonnet", "anthropic/claude-3-haiku", "anthropic/claude-3-opus", "openai/gpt-4o",
          "openai/gpt-4o-mini", "google/gemini-pro", "mistral/large", "local/llama")  # fmt: skip
DEVELOPERS = tuple(f"dev-{number:02}" for number in range(60))
REPOS = ("acme/api", "acme/web", "acme/infra", "acme/data")


def sessions(number: int, seed: int = 11) -> Sequence[EventContent]:
    """So many sessions, in no order; the same for the same seed."""
    return list(_made(number, random.Random(seed)))


def _made(number: int, rng: random.Random) -> Iterator[EventContent]:
    for index in range(number):
        hour = min(23.99, max(0.0, rng.gauss(14, 4)))
        time = START + rng.randrange(DAYS) * DAY_MS + round(hour * HOUR_MS)
        model = MODELS[min(7, int(rng.expovariate(0.5)))]
        tokens = round(rng.lognormvariate(7, 1)), round(rng.lognormvariate(6, 1))
        properties = {
            "session_id": f"s-{index // 3}", "model": model, "tokens_in": tokens[0], "tokens_out": tokens[1],
            "latency_ms": round(rng.lognormvariate(7, 0.6)), "status_code": rng.choice((200,) * 19 + (500,)),
            "accepted_flag": rng.random() < 0.4, "diff_ratio": round(rng.random(), 3), "repo_slug": rng.choice(REPOS),
        }  # fmt: skip
        if model == MODELS[-1]:
            properties["cost_usd"] = 0.0
        yield EventContent(f"trace-{index:06}", properties, time, TYPE, rng.choice(DEVELOPERS))
