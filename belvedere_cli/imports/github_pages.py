"""GitHub's listings, page by page, each told whether it has changed since its rows were acknowledged."""

from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from belvedere_cli.imports.github_client import GitHubClient
from belvedere_cli.imports.github_replies import next_page, refusal
from belvedere_cli.imports.github_state import GitHubState, PageState
from belvedere_cli.sending.event_wire import Refused

EMPTY_REPOSITORY, TOO_FAR_BACK = 409, 422
T = TypeVar("T")

_array = msgspec.json.Decoder(list[msgspec.Raw])


class Fetched(NamedTuple, Generic[T]):
    """A page of a listing; `rows` is None where it has not changed, and a row that cannot be read is its reason."""

    url: str
    page: PageState
    rows: list[T | str] | None


async def pages(client: GitHubClient, state: GitHubState, url: str, kind: type[T]) -> AsyncIterator[Fetched[T]]:
    """All pages of a listing. Raises Refused, Unreachable."""
    following: str | None = url
    came = set[str]()
    while following is not None:
        if following in came:
            raise Refused(f"GitHub's pages of {urlsplit(url).path} lead in a circle, back to {following}")
        came.add(following)
        remembered = state.pages.get(following, PageState())
        reply = await client.get(following, remembered.etag, also=(EMPTY_REPOSITORY, TOO_FAR_BACK))
        if reply.status == EMPTY_REPOSITORY or (reply.status == TOO_FAR_BACK and following != url):
            return
        if reply.status == TOO_FAR_BACK:
            raise Refused(refusal(following, reply))
        changed = reply.status != HTTPStatus.NOT_MODIFIED
        page = PageState(reply.headers.get("etag"), next_page(reply)) if changed else remembered
        yield Fetched(following, page, _rows(following, reply.body, kind) if changed else None)
        following = page.next


def _rows(url: str, body: bytes, kind: type[T]) -> list[T | str]:
    try:
        return [_row(raw, kind) for raw in _array.decode(body)]
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refused(f"GitHub's answer to {url} is no list: {error}") from None


def _row(raw: msgspec.Raw, kind: type[T]) -> T | str:
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return str(error)
