"""Training on demand: started beside the request where there is a function for it, else done at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from belvedere.boards.learning.analytics.predictive import quality
from belvedere.boards.learning.analytics.requests import TrainBody
from belvedere.boards.learning.predict.job import TrainingOutcome, train
from belvedere.boards.learning.predict.source import changes, fingerprint
from belvedere.boards.learning.predict.store import read
from belvedere.clock import iso
from belvedere.storage.tables import Tables
from belvedere.storage.threads import in_thread

STARTED = "started"
TRAINED_TYPE = "success"
MESSAGES = {
    STARTED: "the training runs beside this request; the model below is the one before",
    TrainingOutcome.TRAINED: "a model was trained on the newest interactions",
    TrainingOutcome.UNCHANGED: "no interaction has changed since the model was trained; force_retrain trains it anyway",
    TrainingOutcome.TOO_LITTLE: (
        "it takes 250 interactions of known students, with both outcomes; the model before stays"
    ),
}
DERIVED = "worked out of the success model and the student's days when asked; has no training of its own"

Start = Callable[[bytes], None]


async def train_models(
    body: TrainBody, tables: Tables, now: int, *, slices: int, start: Start | None
) -> dict[str, Any]:
    """What happened, for each model type asked for; and the report of the success model that is kept now."""
    status, model = STARTED, None
    if TRAINED_TYPE not in body.model_types:
        status = TrainingOutcome.UNCHANGED.value
        model = await in_thread(partial(read, tables.state))
    elif start is None:
        outcome, model = await in_thread(partial(train, tables, now, slices=slices, force=body.force_retrain))
        status = outcome.value
    else:
        status, model = await in_thread(partial(_begun, body, tables, now, start))
    return {
        "status": status,
        "message": MESSAGES[status] if TRAINED_TYPE in body.model_types else DERIVED,
        "models": [
            {"model_type": kind, "status": status if kind == TRAINED_TYPE else "derived",
             "message": MESSAGES[status] if kind == TRAINED_TYPE else DERIVED}
            for kind in dict.fromkeys(body.model_types)
        ],
        "force_retrain": body.force_retrain,
        "model": quality(model) if model else None,
        "timestamp": iso(now),
    }  # fmt: skip


def _begun(body: TrainBody, tables: Tables, now: int, start: Start) -> tuple[str, Any]:
    """Start the training function, unless it would find nothing new."""
    model = read(tables.state)
    if model and not body.force_retrain and model.data == fingerprint(changes(tables, now)):
        return TrainingOutcome.UNCHANGED.value, model
    start(msgspec.json.encode({"workspaces": [tables.state.workspace], "force": body.force_retrain}))
    return STARTED, model
