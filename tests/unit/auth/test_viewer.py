"""By which address whoever has no name is counted."""

import pytest

from belvedere.auth import viewer
from belvedere.auth.secret import SigningSecret
from belvedere.auth.viewer import SECRET_HEADER, VIEWER_HEADER, viewer_address

EDGE = "198.51.100.7"
SECRET = "a-secret/of+97dice,32characters!"


@pytest.fixture(autouse=True)
def behind_an_edge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "EDGE", SigningSecret(lambda: SECRET))


async def test_the_viewer_is_who_the_edge_says() -> None:
    assert await viewer_address({SECRET_HEADER: SECRET, VIEWER_HEADER: "203.0.113.9"}, EDGE) == "203.0.113.9"


@pytest.mark.parametrize("secret", ["", SECRET[:-1], f"{SECRET} ", "é"])
async def test_without_the_edges_secret_the_network_counts(secret: str) -> None:
    assert await viewer_address({SECRET_HEADER: secret, VIEWER_HEADER: "203.0.113.9"}, EDGE) == EDGE


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "cloudfront-viewer-address", VIEWER_HEADER])
async def test_a_header_alone_says_nothing(header: str) -> None:
    assert await viewer_address({header: "203.0.113.9"}, EDGE) == EDGE


@pytest.mark.parametrize("said", ["", "nobody", "203.0.113.9, 203.0.113.10", "203.0.113.9:443"])
async def test_what_is_no_address_is_not_believed(said: str) -> None:
    assert await viewer_address({SECRET_HEADER: SECRET, VIEWER_HEADER: said}, EDGE) == EDGE


async def test_without_an_edge_no_secret_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(viewer, "EDGE", SigningSecret(lambda: ""))
    assert await viewer_address({SECRET_HEADER: "x", VIEWER_HEADER: "203.0.113.9"}, EDGE) == EDGE


async def test_an_edge_whose_secret_cannot_be_read_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> str:
        raise OSError

    monkeypatch.setattr(viewer, "EDGE", SigningSecret(down))
    assert await viewer_address({SECRET_HEADER: SECRET, VIEWER_HEADER: "203.0.113.9"}, EDGE) == EDGE


async def test_who_has_a_whole_network_of_addresses_is_counted_once() -> None:
    spread = [await viewer_address({}, address) for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:0:ffff::1")]
    assert {*spread} == {"2001:db8::/64"}
    assert await viewer_address({}, "2001:db8:0:1::1") == "2001:db8:0:1::/64"
    assert await viewer_address({}, "::ffff:203.0.113.9") == "203.0.113.9"


async def test_a_peer_without_an_address_keeps_its_name() -> None:
    assert await viewer_address({}, "unknown") == "unknown"
