"""Who and what the simulated team works with: developers, repositories, and models of different worth and speed.

A developer's trust and a model's quality are on one scale (logits), so the chance that a suggestion is accepted is
known exactly.
"""

import math
import random
from dataclasses import dataclass

USUAL = -1.0  # logit of the chance that a suggestion of a middling model is accepted by a middling developer


@dataclass(frozen=True)
class SimulatedModel:
    """A model: how good it is, how often it is asked, how long it takes to begin and for each token it gives.

    `usd_in` and `usd_out` are what a million tokens cost.
    """

    name: str
    quality: float
    share: float
    first_ms: float
    token_ms: float
    usd_in: float
    usd_out: float

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """USD for some tokens, to the nano-dollar."""
        return round((tokens_in * self.usd_in + tokens_out * self.usd_out) / 1e6, 9)


@dataclass(frozen=True)
class Repository:
    """A repository and the language most of it is in."""

    slug: str
    language: str


@dataclass(frozen=True)
class Developer:
    """A developer: how easily satisfied, how often at work with an assistant, and where."""

    id: str
    trust: float
    activity: float
    home: Repository


MODELS = (
    SimulatedModel("anthropic/claude-3-5-sonnet-20241022", 0.5, 0.45, 900, 13, 3, 15),
    SimulatedModel("anthropic/claude-3-haiku-20240307", -0.3, 0.25, 400, 6, 1, 5),
    SimulatedModel("openai/gpt-4o", 0.3, 0.2, 700, 11, 2.5, 10),
    SimulatedModel("openai/gpt-4o-mini", -0.4, 0.1, 400, 7, 0.15, 0.6),
)
REPOSITORIES = (
    Repository("acme/api", "Python"),
    Repository("acme/web", "TypeScript"),
    Repository("acme/platform", "Go"),
    Repository("acme/mobile", "Kotlin"),
)


def team(rng: random.Random, size: int) -> tuple[Developer, ...]:
    """A team of `size` developers, of whom a few do most of the work."""
    return tuple(
        Developer(
            id=f"dev-{number:02d}",
            trust=rng.gauss(0.0, 0.6),
            activity=rng.lognormvariate(0, 0.6),
            home=rng.choice(REPOSITORIES),
        )
        for number in range(1, size + 1)
    )


def chance_of_acceptance(developer: Developer, model: SimulatedModel) -> float:
    """Chance that this developer takes what this model suggests."""
    return 1 / (1 + math.exp(-(USUAL + developer.trust + model.quality)))
