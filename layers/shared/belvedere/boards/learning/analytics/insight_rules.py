"""The rules of insights: what of a window's numbers is worth a sentence, and how much it matters. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from belvedere.boards.learning.analytics.insight_window import Window
from belvedere.boards.learning.analytics.warnings import alerts_of
from belvedere.boards.learning.stats.effect import of_proportions
from belvedere.boards.learning.stats.wilson import wilson
from belvedere.boards.learning.tally import Tally

IMPORTANCE = ("low", "medium", "high", "critical")
CHANGES = ((0.2, "critical"), (0.1, "high"), (0.05, "medium"), (0.0, "low"))  # of a success rate
SWINGS = ((0.75, "critical"), (0.5, "high"), (0.25, "medium"), (0.1, "low"))  # of an amount, relative
SHARES = ((0.5, "critical"), (0.25, "high"), (0.1, "medium"), (0.0, "low"))  # of the students
CERTAIN = 0.05
MOST = 3  # contents named at each end
WARNINGS = {
    "low_success": "fewer than 30 % of their interactions went well",
    "success_drop": "their success rate fell by more than 30 points",
    "inactive": "active in the window before, and not in this one",
    "high_hint_rate": "they opened more than four hints for five interactions",
}

Json = dict[str, Any]


def performance(window: Window) -> Iterator[Json]:
    """How the success rate of all interactions has changed, where that is more than chance."""
    lately, before = _all(window.lately), _all(window.before)
    change = of_proportions(lately, before)
    if change.value is None or change.p_value is None or change.p_value >= CERTAIN:
        return
    word = "rose" if change.value > 0 else "fell"
    yield _insight(
        "performance", f"success_{word}", _grade(abs(change.value), CHANGES),
        f"The success rate {word} from {_percent(before)} to {_percent(lately)}.",
        {"success_rate": lately.success_rate, "before": before.success_rate, "change": change.value,
         "confidence_interval": [change.low, change.high], "p_value": change.p_value, "interactions": lately.attempts},
    )  # fmt: skip


def engagement(window: Window) -> Iterator[Json]:
    """How the number of interactions and of active students has changed, by a tenth or more."""
    counts = {
        "interactions": (_all(window.lately).attempts, _all(window.before).attempts),
        "active students": (len(window.lately), len(window.before)),
    }
    for what, (lately, before) in counts.items():
        change = (lately - before) / before if before else 0.0
        if abs(change) >= SWINGS[-1][0]:
            word = "more" if change > 0 else "fewer"
            text = f"There were {abs(change):.0%} {word} {what} than before: {lately} after {before}."
            evidence = {"now": lately, "before": before, "change": change}
            title = f"{word}_{what.replace(' ', '_')}"
            yield _insight("engagement", title, _grade(abs(change), SWINGS), text, evidence)


def content(window: Window) -> Iterator[Json]:
    """Concepts and agents that go clearly worse, or better, than all: their Wilson interval does not hold the mean."""
    for kind, tallies in (("concept", window.concepts), ("agent", window.agents)):
        mean = _all(tallies).success_rate or 0.0
        bounds = {name: wilson(tally.successes, tally.attempts) for name, tally in tallies.items()}
        hard = sorted((name for name in bounds if bounds[name].high < mean), key=lambda name: (bounds[name].high, name))
        easy = sorted((name for name in bounds if bounds[name].low > mean), key=lambda name: (-bounds[name].low, name))
        for word, names in (("hard", hard), ("easy", easy)):
            for name in names[:MOST]:
                yield _content(kind, word, name, tallies[name], mean)


def _content(kind: str, word: str, name: str, tally: Tally, mean: float) -> Json:
    off = (tally.success_rate or 0.0) - mean
    importance = _grade(abs(off), CHANGES) if word == "hard" else "low"
    bounds = wilson(tally.successes, tally.attempts)
    went = f"{_percent(tally)} of {tally.attempts} interactions went well, of all {mean:.0%}"
    text = f"The {kind} '{name}' is {word}: {went}."
    evidence = {
        kind: name, "success_rate": tally.success_rate, "confidence_interval": [bounds.low, bounds.high],
        "overall": mean, "interactions": tally.attempts,
    }  # fmt: skip
    return _insight("content", f"{word}_{kind}", importance, text, evidence)


def risk(window: Window) -> Iterator[Json]:
    """How many of the active students the early warnings are about."""
    everybody = {*window.lately, *window.before}
    none = Tally()
    warned: dict[str, int] = {}
    for student in everybody:
        before, lately = window.before.get(student, none), window.lately.get(student, none)
        alerts = alerts_of(student, before, lately, window.hints.get(student, 0), None)
        for alert in alerts:
            warned[alert["type"]] = warned.get(alert["type"], 0) + 1
    for kind, number in sorted(warned.items()):
        share = number / len(everybody)
        text = f"{number} of {len(everybody)} students: {WARNINGS[kind]}."
        evidence = {"students": number, "of": len(everybody), "share": share}
        yield _insight("risk", kind, _grade(share, SHARES), text, evidence)


RULES = {"performance": performance, "engagement": engagement, "content": content, "risk": risk}


def _insight(kind: str, title: str, importance: str, text: str, evidence: Json) -> Json:
    return {"insight_type": kind, "title": title, "importance": importance, "evidence": evidence, "text": text}


def _all(tallies: Mapping[str, Tally]) -> Tally:
    return sum(tallies.values(), Tally())


def _percent(tally: Tally) -> str:
    return f"{tally.success_rate or 0.0:.0%}"


def _grade(size: float, cuts: Iterable[tuple[float, str]]) -> str:
    return next(name for least, name in cuts if size >= least)
