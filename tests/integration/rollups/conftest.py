"""Real tables and their real stream, on the session's emulator."""

from tests.proof.fixtures import lab, proven

__all__ = ["lab", "proven"]
