"""Which ids the Directory takes, and what it says of the others."""

import pytest
from pydantic import TypeAdapter, ValidationError

from belvedere.directory.names import Id, UserId

IDS, USERS = TypeAdapter(Id), TypeAdapter(UserId)


@pytest.mark.parametrize("name", ["physics", "Physik 1a", "a#b", "x" * 100, "é" * 100, "newtons_laws", "...", "a%2Fb"])
def test_an_id_that_fits_a_path_and_a_key_is_taken(name: str) -> None:
    assert IDS.validate_python(name) == name


@pytest.mark.parametrize("name", ["", "x" * 101, "a/b", "a\nb", " a", "a ", ".", "..", "#" * 67, "\U0001f600" * 51])
def test_an_id_that_does_not_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        IDS.validate_python(name)


@pytest.mark.parametrize("user", ["", "x" * 201, "a\x00", "a\tb"])
def test_a_user_that_no_event_can_name_is_refused(user: str) -> None:
    with pytest.raises(ValidationError):
        USERS.validate_python(user)
