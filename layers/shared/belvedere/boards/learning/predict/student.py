"""What a student's next interaction may be, as student insights show it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from belvedere.boards.learning.predict.history import Counts, History
from belvedere.boards.learning.predict.model import Case, Model
from belvedere.boards.learning.predict.store import SHELF
from belvedere.boards.learning.rollup_tables import BY_HINTS, BY_USER
from belvedere.clock import DAY_MS, iso
from belvedere.query.reader.entity_cells import Cell, entity_cells
from belvedere.query.reader.read import Reader
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread
from belvedere.time_ranges import TimeRange

HINTS = "hint_"
NO_MODEL = "no model has been trained for this workspace yet; it takes 250 interactions, and is trained every night"
NO_BETTER = "the model does no better than each concept's mean on later interactions, so it is not used"
NO_HISTORY = "no interaction in this range to predict from"


async def student_prediction(tables: Tables, user_id: str, time_range: TimeRange, now: int) -> dict[str, Any]:
    """`success_rate`: the chance of success of a student's next interaction, with confidence, interval and factors.

    Where there is no model, no good one, or nothing the student did in the range, its numbers are null and `reason`
    says which.
    """
    model = await in_thread(partial(SHELF.model, tables.state))
    if reason := unusable(model):
        return no_prediction(reason)
    assert model is not None
    chance = await success_chance(model, Reader(tables.rollups, tables.state), user_id, time_range, now)
    if chance is None:
        return no_prediction(NO_HISTORY)
    return {"success_rate": chance, "model": {"trained_at": iso(model.trained_at)}}


def unusable(model: Model | None) -> str | None:
    """Why a model cannot be used; None when it can."""
    if model is None:
        return NO_MODEL
    return None if model.report.beats_baseline else NO_BETTER


async def success_chance(
    model: Model, reader: Reader, user_id: str, time_range: TimeRange, now: int
) -> dict[str, Any] | None:
    """The chance by a model at hand; None without history. Two queries: the student's interactions and hints by day."""
    history = await student_history(model, reader, user_id, now)
    cases = working_on(history, time_range, now)
    return _told(model, cases) if cases else None


def no_prediction(reason: str) -> dict[str, Any]:
    """The documented fields with nothing to say, since clients read them without asking first, and why."""
    numbers = dict.fromkeys(("predicted_value", "confidence", "interval"))
    return {"success_rate": {**numbers, "factors": [], "contributions": {}}, "reason": reason}


async def student_history(model: Model, reader: Reader, user_id: str, now: int) -> History:
    """All that the student did since the model's first interaction, whatever its day has of it so far."""
    since = TimeRange(min(model.training.start, now) // DAY_MS * DAY_MS, now + 1)
    answers = await entity_cells(reader, BY_USER, user_id, since)
    hints = await entity_cells(reader, BY_HINTS, user_id, since)
    return history_of(answers, hints)


def history_of(answers: Iterable[Cell], hints: Iterable[Cell]) -> History:
    """A student's history of the cells of their days: by concept, and what names none by the rest of its hours."""
    days: dict[int, dict[str | None, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for kind, cells in (("", answers), (HINTS, hints)):
        for cell in cells:
            concept = cell.values[0] if cell.tag == "c" else None
            days[cell.day // DAY_MS][concept][kind + cell.measure] += cell.number
    history = History()
    for day in sorted(days):
        by_concept = days[day]
        rest = by_concept.pop(None, Counter())
        for own in by_concept.values():
            rest.subtract(own)
        for concept, own in [*sorted(by_concept.items(), key=str), (None, rest)]:
            good = own["success"]
            history.add(day, concept, successes=good, failures=own["count"] - good, hints=own[HINTS + "count"])
    return history


def working_on(history: History, time_range: TimeRange, now: int) -> list[Case]:
    """The concepts that the student tried in the range, each by its share of recent attempts, with their features.

    Someone whose interactions name no concept is asked about with none.
    """
    day, first = now // DAY_MS, time_range.start // DAY_MS
    if history.whole.day is None or history.whole.day < first:
        return []
    concepts = history.concepts.items()
    tried = {name: counts for name, counts in concepts if counts.day is not None and counts.day >= first}
    features = {name: history.features(day, name) for name in tried}  # lets the days pass up to today
    shares = {name: _recent(counts) for name, counts in tried.items() if _recent(counts)}
    if not shares:
        return [(1.0, None, history.features(day, None))] if _recent(history.whole) else []
    whole = sum(shares.values())
    return [(share / whole, name, features[name]) for name, share in sorted(shares.items())]


def _recent(counts: Counts) -> float:
    return counts.recent_successes + counts.recent_failures


def _told(model: Model, cases: list[Case]) -> dict[str, Any]:
    """The documented fields, and the numbers behind them.

    Confidence is what the interval leaves of the range from 0 to 1, times what the calibration error leaves.
    """
    prediction = model.predictor.predicted(cases)
    strongest = sorted(prediction.contributions, key=lambda name: (-abs(prediction.contributions[name]), name))
    return {
        "predicted_value": prediction.value,
        "confidence": (1 - (prediction.high - prediction.low)) * (1 - model.report.model.calibration_error),
        "factors": [name for name in strongest if prediction.contributions[name]],
        "contributions": {name: prediction.contributions[name] for name in strongest},
        "interval": [prediction.low, prediction.high],
    }
