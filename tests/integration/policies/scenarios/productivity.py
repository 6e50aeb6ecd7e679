"""What the functions of the productivity board are made to do: charts, profile, GitHub."""

import json

from belvedere.auth.webhooks import derived, signature
from belvedere.clock import DAY_MS, iso, now_ms
from tests.contract.productivity.github import pull_request
from tests.contract.productivity.team import session
from tests.integration.policies import recorder
from tests.integration.policies.scenarios.registry import Scenario, scenario
from tests.integration.policies.scenarios.states import SETTLED_MS, through_every_cache_state
from tests.worlds.stage import Stage


@scenario("productivity.github_webhook")
def github_webhook(stage: Stage) -> None:
    """A pull request that is closed and opened again, and one that no event can be made of."""
    closed = pull_request("closed", closed_at="2024-01-05T09:00:00Z")
    reopened = pull_request("reopened", updated_at="2024-01-06T09:00:00Z")
    ancient = pull_request("opened", created_at="1900-01-01T00:00:00Z", updated_at="1900-01-01T00:00:00Z")
    for payload in (closed, reopened, ancient):
        body = json.dumps(payload)
        event = stage.sample("productivity.github_webhook") | {"body": body}
        event["headers"]["x-hub-signature-256"] = signature(derived(recorder.SECRET, "demo"), body.encode())
        assert stage.run("productivity.github_webhook", event)["statusCode"] == 200


def of_these_days(module: str, path: str, query: str = "") -> Scenario:
    """A route whose answer is about the days up to now, from shortly after the next midnight: all states on one day."""

    def after_midnight(stage: Stage) -> None:
        stage.served.send_and_fold(session(f"{module}-{now_ms()}", iso(now_ms()), "dev-1"))
        to_midnight = DAY_MS - now_ms() % DAY_MS
        ask = lambda: stage.http(module, at=("GET", path), query=query)  # noqa: E731
        through_every_cache_state(stage, module, ask, start_ms=to_midnight + SETTLED_MS)

    return after_midnight


for module, path, query in (
    ("productivity.overview", "/api/metrics/overview", ""),
    ("productivity.timeseries", "/api/metrics/timeseries", "metric=active_developers&repo=acme/api"),
    ("productivity.hourly", "/api/metrics/hourly", "tz=Asia/Kolkata"),
    ("productivity.heatmap", "/api/activity/heatmap", ""),
    ("productivity.profile", "/api/profile", ""),
    ("productivity.dimensions", "/api/profile/dimensions", ""),
    ("productivity.badges", "/api/profile/badges", "developer_id=dev-1"),
    ("productivity.languages", "/api/profile/languages", ""),
):
    scenario(module)(of_these_days(module, path, query))
