"""Settings of a function, read once from its environment and checked before the first request."""

import functools
import os
from collections.abc import Mapping

import msgspec


class SettingsError(RuntimeError):
    """The environment lacks a setting, or holds one of the wrong type."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting; its environment name is the field's name in capitals (see docs/settings.md)."""

    belvedere_environment: str = "development"
    events_table: str
    rollups_table: str
    cache_table: str
    state_table: str
    directory_table: str
    raw_retention_days: int = 90
    event_slices: int = 1
    public_read: bool = False
    cors_origins: str = ""
    recount_function: str = ""
    refresh_function: str = ""
    push_function: str = ""
    deliver_function: str = ""
    websocket_api_id: str = ""
    websocket_stage: str = "live"
    stream_hold_s: float = 5.0
    train_function: str = ""
    usage_flush_s: int = 0
    warm_functions: str = ""
    prices_file: str = ""
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
    """Settings from an environment. Raises SettingsError naming what is missing or wrong."""
    given = {name: environ[name.upper()] for name in Settings.__struct_fields__ if name.upper() in environ}
    try:
        return msgspec.convert(given, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"settings: {error}".replace("`", "'")) from None


@functools.cache
def settings() -> Settings:
    """The settings of this process."""
    return load(os.environ)
