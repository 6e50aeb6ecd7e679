"""What can be exported of the productivity board: its events, and the answers of its routes."""

from belvedere.boards.productivity.endpoints import OF_DEVELOPERS, OF_THE_TEAM
from belvedere.boards.productivity.events import EVENT_TYPES, SESSION
from belvedere.export.sources.data_type import DataType
from belvedere.export.sources.pages import Pages
from belvedere.export.sources.raw_events import RawEvents
from belvedere.export.sources.route_answer import RouteAnswer, days_back, present

SINCE, DAYS = days_back("since"), days_back("days")

DATA_TYPES: tuple[DataType, ...] = (
    *(RawEvents(event_type=kind.name, roles=OF_DEVELOPERS) for kind in EVENT_TYPES),
    RouteAnswer(name="productivity.metrics", method="GET", path="/api/metrics", roles=OF_THE_TEAM, place_range=SINCE),
    RouteAnswer(name="productivity.raw", method="GET", path="/api/metrics/raw", roles=OF_THE_TEAM, place_range=SINCE),
    RouteAnswer(name="productivity.overview", method="GET", path="/api/metrics/overview", roles=OF_THE_TEAM,
                place_range=present),
    RouteAnswer(name="productivity.timeseries", method="GET", path="/api/metrics/timeseries", roles=OF_THE_TEAM,
                place_range=DAYS),
    RouteAnswer(name="productivity.hourly", method="GET", path="/api/metrics/hourly", roles=OF_THE_TEAM,
                place_range=DAYS),
    RouteAnswer(name="productivity.heatmap", method="GET", path="/api/activity/heatmap", roles=OF_THE_TEAM,
                place_range=DAYS),
    RouteAnswer(name="productivity.trends", method="GET", path="/api/activity/trends", roles=OF_THE_TEAM,
                place_range=DAYS),
    RouteAnswer(name="productivity.insights", method="GET", path="/api/insights", roles=OF_THE_TEAM,
                place_range=SINCE),
    RouteAnswer(name="productivity.sessions", method="GET", path="/api/sessions", roles=OF_DEVELOPERS, by_person=True,
                pages=Pages(rows="sessions", total="total_count", raw=SESSION), fixed={"force_refresh": True}),
    RouteAnswer(name="productivity.dimensions", method="GET", path="/api/profile/dimensions", roles=OF_DEVELOPERS,
                place_range=DAYS, by_person=True),
    RouteAnswer(name="productivity.profile", method="GET", path="/api/profile", roles=OF_DEVELOPERS,
                place_range=present, by_person=True),
    RouteAnswer(name="productivity.badges", method="GET", path="/api/profile/badges", roles=OF_DEVELOPERS,
                place_range=present, by_person=True),
    RouteAnswer(name="productivity.languages", method="GET", path="/api/profile/languages", roles=OF_DEVELOPERS,
                place_range=DAYS, by_person=True),
)  # fmt: skip
