"""The token of a download link opens one attempt of one job, for a quarter of an hour."""

import jwt
import pytest

from belvedere.auth.tokens import ACCESS, Claims, issue
from belvedere.errors import Unauthorized
from belvedere.export.jobs.download_token import LIFE_S, Download, sign, verify
from tests.clock import now_s

SECRET = "a secret of at least thirty-two characters"
DOWNLOAD = Download("demo", "exp_1", 2)


def test_a_token_opens_what_it_was_made_for() -> None:
    assert verify(sign(DOWNLOAD, secret=SECRET, now_s=now_s()), "exp_1", secret=SECRET) == DOWNLOAD


@pytest.mark.parametrize(
    ("token", "job_id"),
    [
        (sign(DOWNLOAD, secret=SECRET, now_s=now_s()), "exp_2"),
        (sign(DOWNLOAD, secret=f"{SECRET}, another", now_s=now_s()), "exp_1"),
        (sign(DOWNLOAD, secret=SECRET, now_s=now_s() - LIFE_S - 60), "exp_1"),
        (issue(ACCESS, Claims("ada", "demo", "s", "t"), "admin", secret=SECRET, now_s=now_s(), ttl_s=60), "exp_1"),
        (jwt.encode({"iss": "belvedere", "typ": "download"}, SECRET, algorithm="HS256"), "exp_1"),
        ("no token", "exp_1"),
    ],
    ids=["another job", "another secret", "too old", "an access token", "without claims", "nonsense"],
)
def test_any_other_opens_nothing(token: str, job_id: str) -> None:
    with pytest.raises(Unauthorized, match=r"^token: "):
        verify(token, job_id, secret=SECRET)
