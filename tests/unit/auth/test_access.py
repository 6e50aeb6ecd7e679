"""Which routes a role opens."""

import pytest

from belvedere.auth.access import require_role
from belvedere.auth.caller import Caller
from belvedere.auth.roles import EVERYBODY
from belvedere.auth.user_requests import role_names
from belvedere.errors import Forbidden


def person(role: str) -> Caller:
    return Caller("school", "read", "token_1", user="somebody", role=role)


@pytest.mark.parametrize("role", role_names())
def test_a_role_passes_where_it_is_named_and_an_admin_everywhere(role: str) -> None:
    require_role(person(role), role)
    if role == "admin":
        require_role(person(role), "analyst")
    else:
        with pytest.raises(Forbidden, match=f"the role '{role}' may not do this; it takes one of: .*admin"):
            require_role(person(role))


def test_a_service_key_goes_by_its_scope_and_not_by_roles() -> None:
    require_role(Caller("school", "read", "key_1"))


@pytest.mark.parametrize("role", role_names())
def test_a_route_for_everybody_lets_every_role_pass(role: str) -> None:
    require_role(person(role), *EVERYBODY)


def test_roles_are_named_from_those_who_see_least() -> None:
    assert role_names() == ("student", "viewer", "instructor", "analyst", "admin")
