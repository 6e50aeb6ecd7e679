"""Every deployed route as a browser on another origin asks for it: first whether it may, then with a bearer."""

import urllib.request

import pytest

from belvedere.http.routes import ROUTES
from belvedere_cli.deployment import Outputs
from tests.worlds.site import ask

ORIGINS = ("http://localhost:5173", "http://localhost:3000", "http://127.0.0.1:5173")
SENT = {"accept", "authorization", "content-type", "x-user-id", "x-request-time", "x-api-key", "last-event-id"}


@pytest.mark.parametrize("origin", ORIGINS)
def test_every_route_lets_the_contracts_clients_ask(stack: Outputs, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Headers": ", ".join(SENT)}
    for route in ROUTES:
        url = stack.url + route.path.replace("{", "").replace("}", "")
        headers = asked | {"Access-Control-Request-Method": route.method}
        request = urllib.request.Request(url, method="OPTIONS", headers=headers)
        with urllib.request.urlopen(request, timeout=240) as answer:
            told = {name.lower(): value.lower() for name, value in answer.headers.items()}
        assert told["access-control-allow-origin"] in ("*", origin), route
        assert route.method.lower() in told["access-control-allow-methods"].split(","), route
        assert set(told["access-control-allow-headers"].split(",")) >= SENT, route


def test_answers_and_refusals_may_be_read_by_them(stack: Outputs) -> None:
    for bearer, status in ((stack.read_key, 200), ("nonsense", 401)):
        headers = {"Origin": ORIGINS[0], "Authorization": f"Bearer {bearer}"}
        answered, told, _ = ask(f"{stack.url}/dashboard/summary", **headers)
        assert (answered, told["access-control-allow-origin"]) == (status, "*")
