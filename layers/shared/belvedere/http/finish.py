"""Finishes an answer: leaves out what the client has, compresses the rest, and adds what every answer carries."""

from belvedere import cost
from belvedere.http.answers import FinishedAnswer, compress, not_modified, strip_body
from belvedere.http.exchange import Exchange
from belvedere.http.headers import add_safety, costs, put, timing
from belvedere.http.rules import Rules
from belvedere.settings import settings

KEYED_VARY = "X-API-Key, Authorization"


def finish(exchange: Exchange, answer: FinishedAnswer, rules: Rules) -> tuple[float, cost.Cost]:
    """Make an answer ready to be sent; returns the time and the cost it was told."""
    processing_ms = exchange.elapsed_ms()
    _shorten(exchange, answer)
    headers, ms = answer.headers, exchange.elapsed_ms()
    spent = _cost(exchange, ms)
    put(
        headers,
        {
            "X-Request-ID": exchange.request_id,
            **rules.headers,
            **exchange.response_headers,
            **timing(exchange, ms=ms, processing_ms=processing_ms, average=rules.average),
            **costs(exchange, spent),
        },
    )
    if settings().security_headers_enabled:
        add_safety(headers)
    headers.setdefault("Cache-Control", rules.freshness.of(exchange.method, answer.status))
    if rules.scope is not None:
        headers.add_vary_header(KEYED_VARY)
    return ms, spent


def _shorten(exchange: Exchange, answer: FinishedAnswer) -> None:
    if not_modified(exchange.headers, exchange.method, answer):
        strip_body(answer)
    if settings().compression_enabled:
        compress(exchange.headers, answer, settings().compression_min_size)
    if exchange.method == "HEAD":
        answer.body = b""


def _cost(exchange: Exchange, ms: float) -> cost.Cost:
    return cost.request_cost(
        cost.prices(),
        read_units=exchange.meter.read_units,
        write_units=exchange.meter.write_units,
        ms=ms,
        memory_mb=exchange.memory_mb,
        through_lambda=exchange.through_lambda,
    )
