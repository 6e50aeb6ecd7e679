"""Where a request comes from, as limits count it: its caller, else the network's own address, or behind the edge the
viewer's.

Behind a CDN the network knows the edge only. The edge tells the viewer's address in one header and proves itself by the
secret in another; without that secret, what a header says is anybody's invention.
"""

import asyncio
import hmac
from collections.abc import Mapping
from ipaddress import IPv6Address, IPv6Network, ip_address

from belvedere.auth.caller import ANONYMOUS, DEMO_WORKSPACE, Caller
from belvedere.auth.secret import SigningSecret, stored_secret
from belvedere.observability import logger
from belvedere.settings import Settings, settings

SECRET_HEADER = "x-belvedere-edge"
VIEWER_HEADER = "x-belvedere-viewer"
HOME_BITS = 64  # of an IPv6 address: the network of one customer, who may use any address in it


def read_edge_secret(given: Settings | None = None) -> str:
    """The secret that the edge proves itself with; empty where there is no edge. Blocking. Raises SettingsError."""
    given = given or settings()
    return stored_secret(given.edge_secret_arn, given) if given.edge_secret_arn else given.edge_secret


EDGE = SigningSecret(read_edge_secret)


def is_nobody(caller: Caller | None) -> bool:
    """Is the address all that is known of the caller?"""
    return caller is None or caller is ANONYMOUS


def counted_as(caller: Caller | None, address: str) -> tuple[str, str]:
    """In which workspace a request is counted, and whose it is: the person's, else the key's, else the address's."""
    if caller is None or is_nobody(caller):
        return caller.workspace if caller else DEMO_WORKSPACE, f"ip:{address}"
    return caller.workspace, f"user:{caller.user}" if caller.user else f"key:{caller.key_id}"


async def viewer_address(headers: Mapping[str, str], peer: str) -> str:
    """The address that a request is counted by; `peer` is what the network says, `headers` have small letters."""
    offered, viewer = headers.get(SECRET_HEADER, ""), headers.get(VIEWER_HEADER, "")
    if not (offered and viewer):
        return counted_address(peer) or peer
    believed = await asyncio.to_thread(_is_edge, offered)
    return (counted_address(viewer.strip()) if believed else "") or counted_address(peer) or peer


def counted_address(address: str) -> str:
    """An IPv4 address as it is, of an IPv6 address its /64 network; empty for what is neither."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((parsed, HOME_BITS), strict=False))


def _is_edge(offered: str) -> bool:
    """Does somebody know the edge's secret? Nobody does while it cannot be read. Blocking."""
    try:
        return _is_secret(offered) or (EDGE.changed() and _is_secret(offered))
    except Exception:
        logger().exception("the edge's secret cannot be read")
        return False


def _is_secret(offered: str) -> bool:
    secret = EDGE.value()
    return bool(secret) and hmac.compare_digest(offered.encode(), secret.encode())
