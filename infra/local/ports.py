"""Ports of 127.0.0.1: which are free, which answer."""

import os
import random
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from belvedere_cli import deployment
from infra.local.settings import HOST

POLL_S = 0.05
CHOICE = range(15_000, 30_000)  # below those that systems give to whoever asks for any port, as every client does
OTHERS = 64  # processes with other numbers choose among other ports
_CHANCE = random.SystemRandom()  # not what a seed says, which another process may have been given, too
_given: set[int] = set()


def listening(port: int) -> bool:
    """True when something accepts connections there."""
    return deployment.listening(f"http://{HOST}:{port}")


def free_port() -> int:
    """A port that nobody uses at this moment, and nobody will be given before it is used; another one each time."""
    while True:
        port = _CHANCE.choice(CHOICE[os.getpid() % OTHERS :: OTHERS])
        if port not in _given and _free(port):
            _given.add(port)
            return port


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


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
