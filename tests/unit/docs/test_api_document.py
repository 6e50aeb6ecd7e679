"""docs/api.md names every route and every error."""

import pytest

from belvedere.errors import BelvedereError
from belvedere.http.routes import ROUTES, Route
from tests.unit.docs.markdown import rows, section, text

DOCUMENT = "docs/api.md"


def errors(base: type[BelvedereError]) -> list[type[BelvedereError]]:
    """A kind of error and all kinds of it."""
    return [base, *(one for kind in base.__subclasses__() for one in errors(kind))]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_is_listed_and_has_a_section(route: Route) -> None:
    assert f"{route.method} {route.path}" in rows(text(DOCUMENT))
    assert section(DOCUMENT, f"## {route.method} {route.path}").strip()


@pytest.mark.parametrize("error", errors(BelvedereError), ids=lambda error: error.__name__)
def test_an_error_is_told_with_its_status(error: type[BelvedereError]) -> None:
    assert f"| {error.status} | `{error.code}` |" in section(DOCUMENT, "## Errors")
