"""POST /dashboard/analytics/train-models: trains what predictions are made of, or says why that is not needed."""

from functools import partial
from typing import Annotated

from belvedere.boards.learning import BOARD
from belvedere.boards.learning.analytics.requests import TrainBody
from belvedere.boards.learning.analytics.training import STARTED, train_models
from belvedere.boards.learning.endpoints import TRAIN_MODELS
from belvedere.cache.refresh import start_by_invoke
from belvedere.clock import now_ms
from belvedere.http import Body, CallerDep, Endpoint, Response
from belvedere.settings import settings
from belvedere.storage.tables import tables

endpoint = Endpoint.of(TRAIN_MODELS, headers=BOARD.headers)


@endpoint.post()
async def dashboard_train_models(caller: CallerDep, body: Annotated[TrainBody, Body()]) -> Response:
    """What happened: 202 where the training was started, 200 where it is over or was not needed."""
    names = settings()
    start = partial(start_by_invoke, names.train_function) if names.train_function else None
    outcome = await train_models(body, tables(caller.workspace), now_ms(), slices=names.event_slices, start=start)
    return endpoint.answer(outcome, status=202 if outcome["status"] == STARTED else 200)


handler = endpoint.handler
