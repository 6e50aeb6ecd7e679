"""What is rolled up of the tutor's events, and at which grains."""

from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.schema.rollup_tables import Breakdown, Grain, Measure, RollupTable

RESPONSE_TIME_SCALE = 1_000  # response times are summed in whole microseconds

MEASURES = (
    Measure("success", "success", counted=False, code="s"),
    Measure("response_time", "execution_time_ms", scale=RESPONSE_TIME_SCALE, code="r"),
    Measure("success_time", "execution_time_ms", scale=RESPONSE_TIME_SCALE, where="success", code="t"),
)
RESPONSE_TIMES = ("execution_time_ms",)

BY_USER = RollupTable(
    name="learning.interactions_by_user",
    event_type=INTERACTION,
    grains=(Grain.DAY,),
    measures=MEASURES,
    entity="user",
    breakdowns=(Breakdown("h", ("hour", "agent_type")), Breakdown("c", ("concept",), frozenset({"count", "success"}))),
)
BY_CLASS = RollupTable(
    name="learning.interactions_by_class",
    event_type=INTERACTION,
    dimensions=("class_id", "user"),
    grains=(Grain.DAY,),
    measures=MEASURES[:2],
    scattered=True,
)
BY_ERROR = RollupTable(
    name="learning.interactions_by_error",
    event_type=INTERACTION,
    dimensions=("user", "error_type"),
    grains=(Grain.DAY,),
    scattered=True,
)
BY_HINTS = RollupTable(
    name="learning.hints_by_user",
    event_type=HINT,
    grains=(Grain.DAY,),
    entity="user",
    breakdowns=(Breakdown("h", ("hour",)), Breakdown("c", ("concept",))),
)
AGENTS_BY_CLASS = RollupTable(
    name="learning.agents_by_class",
    event_type=INTERACTION,
    dimensions=("class_id", "user", "agent_type"),
    grains=(Grain.DAY,),
    scattered=True,
)

ROLLUP_TABLES = (
    RollupTable(
        name="learning.interactions",
        event_type=INTERACTION,
        grains=(Grain.MINUTE, Grain.HOUR, Grain.DAY),
        measures=MEASURES,
        histograms=RESPONSE_TIMES,
        distincts=("user",),
    ),
    RollupTable(
        name="learning.interactions_by_agent",
        event_type=INTERACTION,
        dimensions=("agent_type",),
        grains=(Grain.MINUTE, Grain.HOUR, Grain.DAY),
        measures=MEASURES,
        histograms=RESPONSE_TIMES,
        distincts=("user",),
    ),
    RollupTable(
        name="learning.interactions_by_concept",
        event_type=INTERACTION,
        dimensions=("concept",),
        grains=(Grain.DAY,),
        measures=MEASURES,
        distincts=("user",),
        people=BY_USER.name,
    ),
    BY_USER,
    BY_CLASS,
    AGENTS_BY_CLASS,
    BY_ERROR,
    RollupTable(name="learning.hints", event_type=HINT),
    BY_HINTS,
)
