"""What API Gateway's `$default` route answers."""

import pytest

import ops.not_found
from belvedere.http.routes import ROUTES, paths
from tests.unit.http.lambda_requests import ask


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_an_unknown_path_is_a_404_that_lists_what_there_is(method: str) -> None:
    answer = ask(ops.not_found.endpoint, "/dashboard/summry", method=method)
    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")
    assert answer.json["path"] == "/dashboard/summry"
    assert answer.json["available_endpoints"] == paths()


@pytest.mark.parametrize("path", paths())
def test_a_known_path_with_another_method_is_a_405_that_allows_the_right_ones(path: str) -> None:
    answer = ask(ops.not_found.endpoint, path, method="PATCH")
    assert (answer.status, answer.json["code"]) == (405, "METHOD_NOT_ALLOWED")
    methods = {route.method for route in ROUTES if route.path == path}
    assert answer.headers["allow"] == ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def test_a_trailing_slash_is_another_path() -> None:
    assert ask(ops.not_found.endpoint, "/health/").status == 404


def test_a_path_with_odd_characters_comes_back_as_text() -> None:
    answer = ask(ops.not_found.endpoint, '/<script>"')  # as API Gateway hands it on
    assert (answer.status, answer.json["path"]) == (404, '/<script>"')
    assert answer.headers["x-content-type-options"] == "nosniff"
