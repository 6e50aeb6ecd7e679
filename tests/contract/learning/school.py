"""A handful of a school's events around the contract's own example week, and what they add up to, counted plainly."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tests.worlds.served import hint, interaction

WEEK = {"start_date": "2025-01-08T00:00:00Z", "end_date": "2025-01-15T00:00:00Z"}
Json = dict[str, Any]

EVENTS: tuple[Json, ...] = (
    interaction("e00", "2025-01-07T23:59:59.999Z", "user5", "forces", ok=False, ms=10),  # just before the week
    interaction("e01", "2025-01-08T00:00:00Z", "user1", "kinematics", ms=100, concept="velocity"),
    interaction("e02", "2025-01-10T09:15:00Z", "user1", "kinematics", ok=False, ms=300, concept="velocity"),
    interaction("e03", "2025-01-10T09:45:00Z", "user2", "forces", ms=250.5, concept="friction"),
    interaction("e04", "2025-01-10T10:05:00Z", "user2", "forces", ms=None, concept="friction"),
    interaction("e05", "2025-01-14T10:00:00Z", "user1", "kinematics", ms=240, concept="velocity"),
    interaction("e06", "2025-01-14T10:20:00Z", "user2", "forces", ok=False, ms=520),
    interaction("e07", "2025-01-14T10:59:59.999Z", "user3", "energy", ms=80),
    interaction("e08", "2025-01-14T11:00:00Z", "user3", "energy", ms=120),
    interaction("e09", "2025-01-14T23:30:00Z", None, "kinematics", ms=60),
    interaction("e10", "2025-01-14T23:45:00Z", "user1", None, ok=False, ms=1000),
    interaction("e11", "2025-01-15T00:00:00Z", "user4", "forces", ms=10),  # the week's end belongs to the next one
    hint("h01", "2025-01-14T10:30:00Z", "user6", agent_type="forces"),
)


def among(start: str, end: str, users: Iterable[str] = (), agents: Iterable[str] = ()) -> list[Json]:
    """The interactions with start <= time < end, of these users and agents (of all, when none are named)."""
    return [
        event
        for event in EVENTS
        if event["type"] == "learning.interaction"
        and at(start) <= at(event["time"]) < at(end)
        and (not users or event.get("user") in users)
        and (not agents or event["properties"].get("agent_type") in agents)
    ]


def totals(events: list[Json]) -> Json:
    """The contract's summary of some interactions."""
    good = sum(event["properties"]["success"] for event in events)
    return {
        "total_interactions": len(events),
        "active_users": len({event["user"] for event in events if "user" in event}),
        "agents_used": len(by_agent(events)),
        "avg_response_time": mean_ms(events),
        "success_rate": good / len(events) if events else 0.0,
        "successful_interactions": good,
    }


def by_agent(events: list[Json]) -> dict[str, int]:
    """Interactions by agent."""
    agents = [event["properties"]["agent_type"] for event in events if "agent_type" in event["properties"]]
    return {agent: agents.count(agent) for agent in agents}


def mean_ms(events: list[Json]) -> float:
    """The mean of the execution times there are; 0 for none."""
    times = [event["properties"]["execution_time_ms"] for event in events if "execution_time_ms" in event["properties"]]
    return sum(times) / len(times) if times else 0.0


def at(text: str) -> datetime:
    """A moment of text."""
    return datetime.fromisoformat(text)
