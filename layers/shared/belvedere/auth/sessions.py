"""One signed-in session: which refresh token is the next to be taken. Each is taken once; blocking.

A refresh token that comes a second time was copied, or its answer was lost: nobody can tell, so the session ends, and
whoever is left with a token of it has to sign in.
"""

from belvedere.clock import SECOND_MS
from belvedere.storage.attributes import encode
from belvedere.storage.keys.state import session_key
from belvedere.storage.table import WorkspaceTable


def begin(state: WorkspaceTable, session: str, token_id: str, *, expires_ms: int) -> None:
    """Note the first refresh token of a session."""
    from belvedere.storage.entities.state import SessionRecord

    record = SessionRecord(*session_key(state.workspace, session), token=token_id, expires=expires_ms // SECOND_MS)
    state.put_all([record.item()])


def advance(state: WorkspaceTable, session: str, taken: str, following: str, *, expires_ms: int) -> bool:
    """Take a refresh token and note the one that follows; False, and the session is over, when it was not its turn."""
    key = session_key(state.workspace, session)
    done = state.attempt(
        "update_item",
        Key=state.key(key),
        UpdateExpression="SET #token = :following, #expires = :expires",
        ConditionExpression="#token = :taken",
        ExpressionAttributeNames={"#token": "token", "#expires": "expires"},
        ExpressionAttributeValues={
            ":taken": encode(taken),
            ":following": encode(following),
            ":expires": encode(expires_ms // SECOND_MS),
        },
    )
    if not done:
        state.delete_all([key])
    return done
