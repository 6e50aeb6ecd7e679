"""Which settings of signing in are too weak for where they are; nothing starts with them."""

import pytest

from belvedere.auth.secret import read_secret
from belvedere.auth.webhooks import read_master
from belvedere.settings import DEVELOPMENT_SECRET, SettingsError, load

TABLES = {f"{name}_TABLE": name.lower() for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY")}
DEVELOPMENT = TABLES | {"BELVEDERE_ENVIRONMENT": "development"}
PRODUCTION = TABLES | {"BELVEDERE_ENVIRONMENT": "production"}
STRONG = "a-secret/of+97dice,32characters!"
ISSUER = {"JWT_ISSUER": "https://id.example.com", "JWT_AUDIENCE": "belvedere"}


@pytest.mark.parametrize("environment", [{}, *({"BELVEDERE_ENVIRONMENT": one} for one in ("", "Development", "prod"))])
@pytest.mark.parametrize("given", [{}, {"JWT_SECRET": ""}, {"JWT_SECRET": DEVELOPMENT_SECRET}])
def test_without_a_secret_of_its_own_nothing_starts_but_what_calls_itself_development(
    given: dict[str, str], environment: dict[str, str]
) -> None:
    assert load(DEVELOPMENT | given).development
    with pytest.raises(SettingsError, match="JWT_SECRET"):
        load(TABLES | environment | given)


def test_an_empty_setting_is_none_at_all() -> None:
    assert load(DEVELOPMENT | {"PUBLIC_READ": "", "RATE_LIMIT_ENABLED": ""}) == load(DEVELOPMENT)
    assert not load(TABLES | {"BELVEDERE_ENVIRONMENT": "", "JWT_SECRET": STRONG}).development


WEAK = {
    "blanks": " " * 40,
    "one letter": "s" * 64,
    "few letters": "abcabdabeabf" * 3,
    "a word, again and again": "changeme-please!" * 4,
    "too short": STRONG[:-1],
    "short, between blanks": f"{' ' * 20}{STRONG[:-1]}{' ' * 20}",
}


@pytest.mark.parametrize("secret", WEAK.values(), ids=WEAK)
@pytest.mark.parametrize("name", ["JWT_SECRET", "WEBHOOK_SECRET", "EDGE_SECRET"])
def test_a_secret_that_can_be_guessed_is_no_secret(name: str, secret: str) -> None:
    strong = PRODUCTION | {"JWT_SECRET": STRONG, name: STRONG}
    assert load(strong)
    assert load(DEVELOPMENT | {name: secret}).development
    with pytest.raises(SettingsError, match=f"{name}: needs at least 32 characters"):
        load(strong | {name: secret})


def test_a_secret_of_the_secrets_manager_is_looked_at_when_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Store:
        def get_secret_value(self, SecretId: str) -> dict[str, str]:
            return {"SecretString": " " * 40 if SecretId == "arn:weak" else STRONG}

    monkeypatch.setattr("belvedere.auth.secret.secrets_manager", Store)
    assert read_secret(load(PRODUCTION | {"JWT_SECRET_ARN": "arn:strong"})) == STRONG
    with pytest.raises(SettingsError, match="arn:weak: needs at least 32"):
        read_secret(load(PRODUCTION | {"JWT_SECRET_ARN": "arn:weak"}))
    kept = {"JWT_SECRET_ARN": "arn:strong", "WEBHOOK_SECRET_ARN": "arn:weak"}
    with pytest.raises(SettingsError, match="arn:weak: needs at least 32"):
        read_master(load(PRODUCTION | kept))


def test_webhooks_are_not_signed_outside_development_with_what_anybody_can_read() -> None:
    assert load(DEVELOPMENT | {"WEBHOOK_SECRET": DEVELOPMENT_SECRET}).development
    kept = PRODUCTION | {"JWT_SECRET_ARN": "arn:of-a-secret"}
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: is the one of development"):
        load(kept | {"WEBHOOK_SECRET": DEVELOPMENT_SECRET})
    assert load(kept | {"WEBHOOK_SECRET": STRONG})


def test_an_issuer_is_named_whole_or_not_at_all() -> None:
    url = {"JWT_JWKS_URL": "https://id.example.com/keys"}
    for missing in ISSUER:
        with pytest.raises(SettingsError, match="JWT_JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE"):
            load(DEVELOPMENT | url | {name: value for name, value in ISSUER.items() if name != missing})
    assert load(DEVELOPMENT | url | ISSUER)


def test_an_issuers_keys_are_not_read_over_an_open_line() -> None:
    given = ISSUER | {"JWT_JWKS_URL": "http://id.example.com/keys", "JWT_SECRET_ARN": "arn:of-a-secret"}
    with pytest.raises(SettingsError, match="must begin with https://"):
        load(PRODUCTION | given)
