"""Trains a workspace's model where its data has changed, and keeps it. Blocking: nobody waits for it."""

from enum import StrEnum

from belvedere.boards.learning.predict.model import Model
from belvedere.boards.learning.predict.source import changes, fingerprint, newest
from belvedere.boards.learning.predict.store import keep, read
from belvedere.boards.learning.predict.train import trained
from belvedere.cache import version
from belvedere.storage.tables import Tables


class TrainingOutcome(StrEnum):
    """How a training ended."""

    TRAINED = "trained"
    UNCHANGED = "unchanged"
    TOO_LITTLE = "too_little_data"


def train(tables: Tables, now: int, *, slices: int, force: bool = False) -> tuple[TrainingOutcome, Model | None]:
    """Train on the newest interactions, unless nothing changed since; the model that is kept now.

    With too little data (see `train.LEAST_TRAINING`) the model before stays.
    """
    before = read(tables.state)
    revised = changes(tables, now)
    data = fingerprint(revised)
    if before and before.data == data and not force:
        return TrainingOutcome.UNCHANGED, before
    model = trained(newest(tables, revised, slices=slices), now=now, data=data)
    if model is None:
        return TrainingOutcome.TOO_LITTLE, before
    keep(tables.state, model)
    version.bump(tables.state, now)  # answers that told the model before are out of date
    return TrainingOutcome.TRAINED, model
