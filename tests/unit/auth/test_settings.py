"""Which settings of signing in are too weak for where they are; nothing starts with them."""

import pytest

from belvedere.settings import DEVELOPMENT_SECRET, SettingsError, load

TABLES = {f"{name}_TABLE": name.lower() for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY")}
PRODUCTION = TABLES | {"BELVEDERE_ENVIRONMENT": "production"}
ISSUER = {"JWT_ISSUER": "https://id.example.com", "JWT_AUDIENCE": "belvedere"}


@pytest.mark.parametrize("given", [{}, {"JWT_SECRET": ""}, {"JWT_SECRET": DEVELOPMENT_SECRET}])
def test_without_a_secret_of_its_own_nothing_starts_outside_development(given: dict[str, str]) -> None:
    assert load(TABLES | given).development
    with pytest.raises(SettingsError, match="JWT_SECRET_ARN or JWT_SECRET is required"):
        load(PRODUCTION | given)


def test_an_empty_setting_is_none_at_all() -> None:
    assert load(TABLES | {"PUBLIC_READ": "", "RATE_LIMIT_ENABLED": ""}) == load(TABLES)
    assert not load(TABLES | {"BELVEDERE_ENVIRONMENT": "", "JWT_SECRET": "s" * 32}).development


def test_a_secret_that_can_be_guessed_is_no_secret() -> None:
    with pytest.raises(SettingsError, match="JWT_SECRET: needs at least 32 characters"):
        load(PRODUCTION | {"JWT_SECRET": "s" * 31})
    assert load(PRODUCTION | {"JWT_SECRET": "s" * 32})
    assert load(PRODUCTION | {"JWT_SECRET_ARN": "arn:of-a-secret"})


def test_webhooks_are_not_signed_outside_development_with_what_anybody_can_read() -> None:
    assert load(TABLES | {"WEBHOOK_SECRET": DEVELOPMENT_SECRET}).development
    kept = PRODUCTION | {"JWT_SECRET_ARN": "arn:of-a-secret"}
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is the one of development"):
        load(kept | {"WEBHOOK_SECRET": DEVELOPMENT_SECRET})
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: needs at least 32 characters"):
        load(kept | {"WEBHOOK_SECRET": "s" * 31})
    assert load(kept | {"WEBHOOK_SECRET": "s" * 32})


def test_an_issuer_is_named_whole_or_not_at_all() -> None:
    url = {"JWT_JWKS_URL": "https://id.example.com/keys"}
    for missing in ISSUER:
        with pytest.raises(SettingsError, match="JWT_JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE"):
            load(TABLES | url | {name: value for name, value in ISSUER.items() if name != missing})
    assert load(TABLES | url | ISSUER)


def test_an_issuers_keys_are_not_read_over_an_open_line() -> None:
    given = ISSUER | {"JWT_JWKS_URL": "http://id.example.com/keys", "JWT_SECRET_ARN": "arn:of-a-secret"}
    with pytest.raises(SettingsError, match="must begin with https://"):
        load(PRODUCTION | given)
