"""Settings of a function, read once from its environment and checked before the first request."""

import functools
import os
from collections.abc import Mapping

import msgspec

DEVELOPMENT_SECRET = "belvedere-development-secret-that-anybody-can-read"
SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 10  # that differ from each other


class SettingsError(RuntimeError):
    """The environment lacks a setting, or holds one of the wrong type."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; its environment name is the field's name in capitals (see docs/settings.md)."""

    belvedere_environment: str = "production"
    events_table: str
    rollups_table: str
    cache_table: str
    state_table: str
    directory_table: str
    raw_retention_days: int = 90
    event_slices: int = 1
    public_read: bool = False
    jwt_secret_arn: str = ""
    jwt_secret: str = ""
    webhook_secret_arn: str = ""
    webhook_secret: str = ""
    edge_secret_arn: str = ""
    edge_secret: str = ""
    jwt_jwks_url: str = ""
    jwt_issuer: str = ""
    jwt_audience: str = ""
    access_token_expire_minutes: int = 30
    refresh_token_expire_days: int = 14
    login_workspace: str = "demo"
    rate_limit_enabled: bool = True
    cors_origins: str = ""
    recount_function: str = ""
    seal_function: str = ""
    refresh_function: str = ""
    push_function: str = ""
    deliver_function: str = ""
    websocket_api_id: str = ""
    websocket_stage: str = "live"
    stream_hold_s: float = 2.5
    train_function: str = ""
    usage_flush_s: int = 0
    warm_functions: str = ""
    prices_file: str = ""
    model_prices_file: str = ""
    policy_models: str = ""
    association_function: str = ""
    export_bucket: str = ""
    export_state_machine_arn: str = ""
    export_retention_days: int = 7
    cache_max_size: int = 1_000
    compression_enabled: bool = True
    compression_min_size: int = 1_000
    security_headers_enabled: bool = True
    request_logging_enabled: bool = True
    slow_request_threshold: float = 2.0
    mastery_threshold: float = 0.7

    @property
    def development(self) -> bool:
        """True where demo conveniences may exist."""
        return self.belvedere_environment == "development"


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment, where an empty one that is no text is as good as none.

    Raises SettingsError naming what is missing, wrong or not safe.
    """
    present = {one.name: (environ.get(one.name.upper()), one.type) for one in msgspec.structs.fields(Settings)}
    given = {name: value for name, (value, kind) in present.items() if value or (value is not None and kind is str)}
    try:
        read = msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}".replace("`", "'")) from None
    if problem := _unsafe(read):
        raise SettingsError(f"settings: {problem}")
    return read


def _unsafe(read: Settings) -> str:
    """What makes these settings too weak for where they are; empty when nothing does."""
    if not read.development:
        if not (read.jwt_secret_arn or read.jwt_secret):
            return "JWT_SECRET_ARN or JWT_SECRET is required outside development; there is no default secret"
        for name in ("jwt_secret", "webhook_secret", "edge_secret"):
            if (secret := getattr(read, name)) and (weak := weakness(secret)):
                return f"{name.upper()}: {weak}"
    if read.jwt_jwks_url and not (read.jwt_issuer and read.jwt_audience):
        return "JWT_JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE beside it"
    if read.jwt_jwks_url and not read.jwt_jwks_url.startswith("https://") and not read.development:
        return "JWT_JWKS_URL: must begin with https://"
    return ""


def weakness(secret: str) -> str:
    """Why a secret could be guessed; empty for one that could not."""
    secret = secret.strip()
    if secret == DEVELOPMENT_SECRET:
        return "is the one of development, which anybody can read"
    if len(_unrepeated(secret)) < SHORTEST_SECRET or len({*secret}) < FEWEST_CHARACTERS:
        return (
            f"needs at least {SHORTEST_SECRET} characters that do not repeat themselves, blanks at the ends left out, "
            f"and {FEWEST_CHARACTERS} different ones; make one with: openssl rand -base64 48"
        )
    return ""


def _unrepeated(text: str) -> str:
    """The text that a text repeats from its beginning to its end, and else the text itself."""
    return text[: (text + text).find(text, 1)]


@functools.cache
def settings() -> Settings:
    """The settings of this process."""
    return load(os.environ)
