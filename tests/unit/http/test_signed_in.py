"""Where anybody may read without saying who they are, signing in takes nothing away."""

import pytest

from belvedere.auth import people
from belvedere.auth.lookup import KeyMemory
from belvedere.auth.people import Person
from belvedere.auth.tokens import ACCESS, Claims, issue
from belvedere.http import CallerDep, Endpoint, Response
from belvedere.settings import DEVELOPMENT_SECRET, settings
from tests.clock import now_s
from tests.unit.http.lambda_requests import Answer, ask

public = Endpoint("a.public", scope="read", public=True, roles=("analyst",))


@public.get("/numbers")
async def numbers(caller: CallerDep) -> Response:
    return public.answer({"role": caller.role, "user": caller.user})


@pytest.fixture(autouse=True)
def everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    known = KeyMemory(lambda name: Person(*name.split("#"), role="student", active=True))
    monkeypatch.setattr(people, "MEMORY", known)


def asked_by(user: str, workspace: str) -> Answer:
    claims = Claims(user, workspace, "session", "token")
    token = issue(ACCESS, claims, "student", secret=DEVELOPMENT_SECRET, now_s=now_s(), ttl_s=60)
    return ask(public, "/numbers", headers={"Authorization": f"Bearer {token}"})


def test_a_student_reads_what_the_nameless_read_as_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked_by("ann", "demo").status == 403
    monkeypatch.setenv("PUBLIC_READ", "true")
    settings.cache_clear()
    assert ask(public, "/numbers").json == {"role": "viewer", "user": None}
    assert asked_by("ann", "demo").json == {"role": "viewer", "user": None}


def test_somebody_of_another_workspace_is_not_let_into_the_demos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLIC_READ", "true")
    settings.cache_clear()
    assert asked_by("ann", "acme").status == 403
