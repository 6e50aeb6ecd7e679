"""What can be exported of the learning board: its events, and the answers of its routes."""

from belvedere.auth.roles import EVERYBODY
from belvedere.boards.learning.events import HINT, INTERACTION
from belvedere.export.sources.data_type import DataType
from belvedere.export.sources.raw_events import RawEvents
from belvedere.export.sources.route_answer import RouteAnswer, days_up_to, time_range

TEACHERS = ("instructor", "analyst")
ANALYTICS = "/dashboard/analytics"
LOOKS_BACK = days_up_to("time_window_days", "at")

DATA_TYPES: tuple[DataType, ...] = (
    RawEvents(event_type=INTERACTION, roles=EVERYBODY),
    RawEvents(event_type=HINT, roles=EVERYBODY),
    RouteAnswer(name="learning.summary", method="GET", path="/dashboard/summary", roles=EVERYBODY),
    RouteAnswer(name="learning.timeseries", method="POST", path="/dashboard/timeseries", roles=EVERYBODY,
                place_range=time_range),
    RouteAnswer(name="learning.aggregation", method="POST", path="/dashboard/aggregation", roles=EVERYBODY,
                place_range=time_range, by_person=True),
    RouteAnswer(name="learning.comparative", method="POST", path="/dashboard/comparative",
                roles=("student", "viewer", *TEACHERS), place_range=time_range, by_person=True),
    RouteAnswer(name="learning.class_overview", method="GET", path="/dashboard/class-overview", roles=TEACHERS,
                by_person=True),
    RouteAnswer(name="learning.student_insights", method="GET", path="/dashboard/student-insights",
                roles=("student", *TEACHERS), by_person=True),
    RouteAnswer(name="learning.predictive", method="POST", path=f"{ANALYTICS}/predictive", roles=TEACHERS,
                place_range=LOOKS_BACK, by_person=True),
    RouteAnswer(name="learning.analytics_comparative", method="POST", path=f"{ANALYTICS}/comparative", roles=TEACHERS,
                place_range=time_range, by_person=True),
    RouteAnswer(name="learning.content_effectiveness", method="POST", path=f"{ANALYTICS}/content-effectiveness",
                roles=TEACHERS, place_range=LOOKS_BACK),
    RouteAnswer(name="learning.statistical", method="POST", path=f"{ANALYTICS}/statistical", roles=TEACHERS,
                place_range=time_range, by_person=True),
    RouteAnswer(name="learning.insights", method="POST", path=f"{ANALYTICS}/insights", roles=TEACHERS,
                place_range=LOOKS_BACK),
)  # fmt: skip
