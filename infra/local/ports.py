"""Ports of 127.0.0.1: which are free, which answer."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from infra.local.settings import HOST

POLL_S = 0.05


def listening(port: int) -> bool:
    """True when something accepts connections there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(url: str, timeout_s: float = 2.0) -> bool:
    """True when a GET of the URL is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as response:
            return bool(response.status < 400)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def wait_until(condition: Callable[[], bool], *, seconds: float, alive: Callable[[], bool] = lambda: True) -> bool:
    """Ask again and again until it holds (True), the time is over, or `alive` no longer holds (False)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or not alive():
            return False
        time.sleep(POLL_S)
    return True
