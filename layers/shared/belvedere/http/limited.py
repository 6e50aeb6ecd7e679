"""Counts a request against the limit of its endpoint, and gives back what a request that made no work has used."""

from belvedere.auth.viewer import counted_as, is_nobody, viewer_address
from belvedere.http.answers import FinishedAnswer
from belvedere.http.exchange import Exchange, stage
from belvedere.settings import settings

NOT_COUNTED = (400, 422)  # told before much work; other refusals took some, and could be asked for all day
MUCH_READ = 10  # units: a caller and a version are fewer; too many groups are told after reading all of them


async def count(exchange: Exchange, limit: str | None) -> None:
    """Count the request where its endpoint is limited. Raises RateLimited."""
    if limit is None or not settings().rate_limit_enabled:
        return
    from belvedere.limits.limiter import count_request  # only limited endpoints need it

    with stage("limit"):
        nobody = is_nobody(exchange.caller)
        address = await viewer_address(exchange.headers, exchange.address) if nobody else exchange.address
        exchange.counted = await count_request(limit, *counted_as(exchange.caller, address))
    if exchange.counted:
        exchange.response_headers |= exchange.counted.headers


async def give_back(exchange: Exchange, refused: FinishedAnswer) -> None:
    """A request that could not be understood does not count against its caller."""
    if exchange.counted is None or refused.status not in NOT_COUNTED or exchange.meter.read_units >= MUCH_READ:
        return
    from belvedere.limits.limiter import limiter

    with stage("limit"):
        exchange.counted = await limiter().give_back(exchange.counted)
    exchange.response_headers |= exchange.counted.headers
