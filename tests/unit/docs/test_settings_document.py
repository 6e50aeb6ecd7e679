"""docs/settings.md names every setting and parameter, with its default, and none that is gone."""

import msgspec
import pytest

from belvedere.settings import Settings
from infra.local.deploy import templates
from tests.unit.docs.markdown import rows, section

DOCUMENT = "docs/settings.md"
FIELDS = msgspec.structs.fields(Settings)


def told(default: object) -> str:
    if default is msgspec.NODEFAULT:
        return "required"
    if default == "":
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_setting_is_told_with_its_default(field: msgspec.structs.FieldInfo) -> None:
    default, meaning = rows(section(DOCUMENT, "## Of a function"))[field.name.upper()]
    assert default == told(field.default)
    assert meaning


def test_no_setting_is_told_that_is_gone() -> None:
    assert set(rows(section(DOCUMENT, "## Of a function"))) == {field.name.upper() for field in FIELDS}


def test_the_parameters_of_a_deployment_are_told_with_their_defaults() -> None:
    parameters = {name: told(declared["Default"]) for name, declared in templates.load()["Parameters"].items()}
    assert {name: row[0] for name, row in rows(section(DOCUMENT, "## Of a deployment")).items()} == parameters
