"""The layers of wheels are built alike: what their Makefiles share is equal, as SAM builds each from its own folder."""

import pytest

from infra.local.settings import ROOT


def settings_of(layer: str) -> list[str]:
    """What a layer's Makefile sets before its first target, without comments and what only one layer needs."""
    lines = (ROOT / "layers" / layer / "Makefile").read_text().partition("\nbuild-")[0].splitlines()
    return [line for line in lines if not line.startswith(("#", "SERVICES :="))]


@pytest.mark.parametrize("name", ["PYTHON", "LAMBDA_RUNTIME", "LAMBDA_ARCHITECTURE", "LAMBDA_PLATFORM", "COMPILE"])
def test_all_layers_take_the_same_settings(name: str) -> None:
    lines = {
        tuple(line for line in settings_of(layer) if line.startswith(name)) for layer in ("deps", "stats", "shared")
    }
    assert len(lines) == 1
    assert lines != {()}


def test_layers_of_wheels_choose_them_alike() -> None:
    assert settings_of("deps") == settings_of("stats")
    assert any("manylinux" in line for line in settings_of("deps"))
