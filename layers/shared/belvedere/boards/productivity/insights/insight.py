"""An insight, and the name by which it is known again."""

import re
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Literal

from belvedere.boards.productivity.scope import Scope
from belvedere.clock import iso

Category = Literal["efficiency", "quality", "cost", "learning"]
Impact = Literal["high", "medium", "low"]
DAYS = re.compile(r"[0-9]{1,4}d")
IMPACTS: tuple[Impact, ...] = ("high", "medium", "low")


@dataclass(frozen=True, kw_only=True)
class Insight:
    """Something that was found: by which `rule`, of what `subject` (a model, say), and the numbers it rests on.

    `day` is set where it is about one date (its ISO form); all others are about the window.
    """

    rule: str
    category: Category
    title: str
    description: str
    impact: Impact
    actionable: bool = False
    subject: str = ""
    day: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)

    def name(self, scope: Scope, today: date) -> str:
        """Its id: the same for the same finding about the same days; such as `rework.7d.2026-W48`.

        A window moves on every day, so what is about one is known by the week in which it ends: dismissed, it stays
        away until Monday. What is about a day is known by that day.
        """
        year, week, _ = today.isocalendar()
        about = "\0".join((scope.repo or "", self.subject)).strip("\0")
        digest = blake2b(about.encode(), digest_size=4).hexdigest() if about else ""
        parts = (self.rule, digest, self.day, f"{scope.days}d", "" if self.day else f"{year}-W{week:02d}")
        return ".".join(filter(None, parts))

    def to_json(self, scope: Scope, today: date, now: int) -> dict[str, Any]:
        """The documented insight, with its evidence."""
        return {
            "id": self.name(scope, today),
            "category": self.category,
            "title": self.title,
            "description": self.description,
            "impact": self.impact,
            "actionable": self.actionable,
            "timestamp": iso(now),
            "evidence": self.evidence,
        }


def days_in(name: str) -> int | None:
    """The days of the window that an insight's id names; None where it is no such id."""
    # a digest of eight digits may end with d, too
    lengths = [piece for piece in name.split(".") if DAYS.fullmatch(piece)]
    return int(lengths[0][:-1]) if len(lengths) == 1 else None


def graded(size: float, medium: float, high: float) -> Impact:
    """`high` and `medium` from these sizes on, else `low`."""
    return "high" if size >= high else "medium" if size >= medium else "low"
