"""Request ids: the caller's own when harmless, else API Gateway's, else a new one."""

import pytest

from belvedere.http.exchange import request_id
from tests.unit.http.lambda_requests import GATEWAY_ID, request


def test_the_callers_own_id_is_kept_so_that_both_logs_can_be_joined() -> None:
    assert request_id("order-17", request()) == "order-17"


@pytest.mark.parametrize("offered", [None, "", "two words", "line\nbreak", "x" * 129, "<script>", "é"])
def test_an_id_that_could_do_harm_gives_way_to_the_gateways(offered: str | None) -> None:
    assert request_id(offered, request()) == GATEWAY_ID


def test_without_either_each_request_gets_a_new_one() -> None:
    assert request_id(None, None) != request_id(None, None)
    assert len(request_id(None, None)) == 32
