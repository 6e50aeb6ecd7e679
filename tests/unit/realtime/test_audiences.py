"""What the anonymous hear: persons only on a channel that says so, as the routes of its board do."""

import pytest

from belvedere.auth.caller import ANONYMOUS
from belvedere.realtime.channels import channels
from belvedere.realtime.connections.authorization import SubscriptionRequest, authorize_filter


@pytest.mark.parametrize(
    ("channel", "users"),
    [("learning", frozenset()), ("productivity.sessions", None), ("productivity.client", None)],
)
async def test_the_anonymous_hear_of_persons_on_named_channels_only(channel: str, users: frozenset[str] | None) -> None:
    assert (await authorize_filter(ANONYMOUS, channels()[channel], SubscriptionRequest(channel))).users == users
