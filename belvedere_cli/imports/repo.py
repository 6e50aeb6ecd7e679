"""What a repository is called: as a command says, as its remote's address tells, or like its folder."""

import re

from belvedere_cli.errors import UsageError
from belvedere_cli.imports.traces.values import repo as checked

REMOTE = re.compile(r"(?:[a-z+]+://[^/]+/|[^/@:\s]+@[^/:\s]+:|[\w.-]+:(?!/))(?P<path>.+?)(?:\.git)?/*", re.IGNORECASE)
ELSEWHERE = re.compile(r"[^A-Za-z0-9_./ -]+")


def slug(repo: str | None) -> str | None:
    """A repository named by a command. Raises UsageError."""
    try:
        return checked(repo) if repo else None
    except ValueError as error:
        raise UsageError(f"--repo must be {error}") from None


def slug_of_remote(address: str) -> str | None:
    """`owner/name`, the last two parts of an address on a host; None for one on this machine's disk."""
    match = REMOTE.fullmatch(address.strip())
    if not match or address.startswith("file:"):
        return None
    segments = [segment for segment in match["path"].split("/") if segment and segment != ".."]
    return _allowed("/".join(segments[-2:]))


def slug_of_folder(name: str) -> str | None:
    """The name of a folder, of a bare one without its `.git`."""
    return _allowed(name.removesuffix(".git"))


def _allowed(name: str) -> str | None:
    return ELSEWHERE.sub("-", name).strip("/ ") or None
