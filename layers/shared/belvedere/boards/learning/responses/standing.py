"""A group of students as the class overview shows it: its statistics, its distribution, its best."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from belvedere.boards.learning.classes import Work
from belvedere.boards.learning.profile import Profile
from belvedere.boards.learning.stats.distribution import bucket_counts, percentiles, rates, top_performers
from belvedere.boards.learning.stats.effect import EffectSize
from belvedere.boards.learning.tally import Tally, added

Json = dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Students and what each did; their interactions by agent; and their profiles, where those were read."""

    tallies: Mapping[str, Tally]
    agents: Mapping[str, int]
    profiles: Mapping[str, Profile] | None = None

    @classmethod
    def of(cls, work: Mapping[str, Work], profiles: Mapping[str, Profile]) -> "Group":
        """Students of classes."""
        agents: Counter[str] = Counter()
        for student_work in work.values():
            agents.update(student_work.agents)
        return cls({user: student_work.tally for user, student_work in work.items()}, agents, profiles)

    @property
    def whole(self) -> Tally:
        """All of them together."""
        return added(self.tallies.values())


def statistics(group: Group) -> Json:
    """The documented numbers of a group: 0 where there was nothing, and no agent."""
    whole, agents = group.whole, group.agents
    return {
        "total_students": len(group.tallies),
        "total_interactions": whole.attempts,
        "avg_response_time": whole.avg_ms or 0.0,
        "class_success_rate": whole.success_rate or 0.0,
        "most_used_agent": min(agents, key=lambda agent: (-agents[agent], agent), default=None),
    }


def distribution(group: Group) -> Json:
    """Percentiles of the students' success rates, and how many are in each bucket; null where profiles are not read."""
    result: Json = {
        "percentiles": percentiles(rates(group.tallies)), "student_count": len(group.tallies), "buckets": None,
    }  # fmt: skip
    if group.profiles is not None:
        outlooks = (group.profiles[user].outlook(tally) for user, tally in group.tallies.items())
        result["buckets"] = bucket_counts(outlook[0] for outlook in outlooks if outlook)
    return result


def performers(group: Group) -> list[Json]:
    """The ten best, with the lower bound they are ranked by."""
    return [
        {
            "user_id": performer.user,
            "success_rate": performer.tally.success_rate,
            "interaction_count": performer.tally.attempts,
            "success_rate_lower_bound": performer.lower_bound,
        }
        for performer in top_performers(group.tallies)
    ]


def effect_to_json(effect: EffectSize) -> Json:
    """An effect as answers tell it; nulls where it is not known."""
    interval = None if effect.low is None else [effect.low, effect.high]
    return {
        "measure": effect.measure,
        "value": effect.value,
        "difference": effect.difference,
        "confidence_interval": interval,
        "p_value": effect.p_value,
    }
