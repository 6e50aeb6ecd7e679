"""What is answered to a message that cannot be taken."""

import json

from belvedere.errors import Invalid
from belvedere.realtime.connections.sockets import MESSAGE, SocketCall, refusal

NOW = 1_767_603_600_000


def test_an_error_says_what_is_wrong_and_when_under_both_names_and_the_connection_stays() -> None:
    call = SocketCall("c-1", MESSAGE, {}, {}, '{"type": "shout", "id": 7}', "", now=NOW)
    answer = refusal(Invalid("type: must be one of ping"), call)
    said = json.loads(answer["body"])
    assert answer["statusCode"] == 200
    assert (said["type"], said["code"], said["id"]) == ("error", "VALIDATION_ERROR", 7)
    assert said["message"] == said["detail"] == "type: must be one of ping"
    assert said["timestamp"] == "2026-01-05T09:00:00Z"
