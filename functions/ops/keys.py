"""/v1/keys: list, make and revoke the API keys of the workspace; for administrators only.

`belvedere.auth.keys` writes with PynamoDB, which would slow every cold start, so it is imported by the first request.
"""

from typing import Annotated

from belvedere.auth.requests import NewKeyBody
from belvedere.endpoints.operations import KEYS
from belvedere.http import Body, CallerDep, Endpoint, Path, Response
from belvedere.storage.tables import tables
from belvedere.storage.threads import in_thread

endpoint = Endpoint.of(KEYS)


@endpoint.get()
async def listed(caller: CallerDep) -> Response:
    """The keys, oldest first: who made each and when, its scope, the UTC day of its last use, and when it ends.

    The keys themselves are kept nowhere.
    """
    from belvedere.auth import keys

    return endpoint.answer({"keys": await in_thread(lambda: keys.described_keys(tables(caller.workspace)))})


@endpoint.post(status_code=201)
async def created(caller: CallerDep, body: Annotated[NewKeyBody, Body()]) -> Response:
    """A new key of the workspace; `key` is shown this once."""
    from belvedere.auth import keys

    by = caller.user or caller.key_id
    made = await in_thread(lambda: keys.make_key(caller.workspace, body, by))
    return endpoint.answer(made, status=201)


@endpoint.delete(status_code=204)
async def revoked(caller: CallerDep, key_id: Annotated[str, Path(pattern="^key_[0-9a-f]{12}$")]) -> Response:
    """The key opens nothing any more, within a minute everywhere; connections that it opened end."""
    from belvedere.auth import keys

    await in_thread(lambda: keys.revoke_key(caller.workspace, key_id))
    return endpoint.nothing()


handler = endpoint.handler
