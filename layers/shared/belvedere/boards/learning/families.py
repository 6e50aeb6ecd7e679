"""What is rolled up of the tutor's events, and at which grains."""

from belvedere.boards.base.families import Cells, Family, Grain, Sum
from belvedere.boards.learning.events import HINT, INTERACTION

RESPONSE_TIME_SCALE = 1_000  # response times are summed in whole microseconds

SUMS = (
    Sum("success", "success", counted=False, code="s"),
    Sum("response_time", "execution_time_ms", scale=RESPONSE_TIME_SCALE, code="r"),
    Sum("success_time", "execution_time_ms", scale=RESPONSE_TIME_SCALE, where="success", code="t"),
)
RESPONSE_TIMES = ("execution_time_ms",)

BY_USER = Family(
    name="learning.interactions_by_user",
    event_type=INTERACTION,
    grains=(Grain.DAY,),
    sums=SUMS,
    entity="user",
    cells=(Cells("h", ("hour", "agent_type")), Cells("c", ("concept",), frozenset({"count", "success"}))),
)
BY_CLASS = Family(
    name="learning.interactions_by_class",
    event_type=INTERACTION,
    dimensions=("class_id", "user"),
    grains=(Grain.DAY,),
    sums=SUMS[:2],
    scattered=True,
)
BY_ERROR = Family(
    name="learning.interactions_by_error",
    event_type=INTERACTION,
    dimensions=("user", "error_type"),
    grains=(Grain.DAY,),
    scattered=True,
)
BY_HINTS = Family(
    name="learning.hints_by_user",
    event_type=HINT,
    grains=(Grain.DAY,),
    entity="user",
    cells=(Cells("h", ("hour",)), Cells("c", ("concept",))),
)
AGENTS_BY_CLASS = Family(
    name="learning.agents_by_class",
    event_type=INTERACTION,
    dimensions=("class_id", "user", "agent_type"),
    grains=(Grain.DAY,),
    scattered=True,
)

FAMILIES = (
    Family(
        name="learning.interactions",
        event_type=INTERACTION,
        grains=(Grain.MINUTE, Grain.HOUR, Grain.DAY),
        sums=SUMS,
        histograms=RESPONSE_TIMES,
        distincts=("user",),
    ),
    Family(
        name="learning.interactions_by_agent",
        event_type=INTERACTION,
        dimensions=("agent_type",),
        grains=(Grain.MINUTE, Grain.HOUR, Grain.DAY),
        sums=SUMS,
        histograms=RESPONSE_TIMES,
        distincts=("user",),
    ),
    Family(
        name="learning.interactions_by_concept",
        event_type=INTERACTION,
        dimensions=("concept",),
        grains=(Grain.DAY,),
        sums=SUMS,
        distincts=("user",),
        people=BY_USER.name,
    ),
    BY_USER,
    BY_CLASS,
    AGENTS_BY_CLASS,
    BY_ERROR,
    Family(name="learning.hints", event_type=HINT),
    BY_HINTS,
)
