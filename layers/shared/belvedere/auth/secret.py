"""The secret that our own tokens are signed with: one per deployment, in Secrets Manager, kept for the process.

A new secret is noticed by a signature that does not fit: then it is read again, at most once in REREAD_S, so that bad
tokens cannot be made into calls.
"""

import time
from collections.abc import Callable

from belvedere.settings import DEVELOPMENT_SECRET, Settings, SettingsError, settings, weakness
from belvedere.storage.client import secrets_manager

REREAD_S = 300.0
RETRY_S = 5.0  # a secret that could not be read is not asked for by every request


class SigningSecret:
    """The secret, and when it was read."""

    def __init__(self, read: Callable[[], str], seconds: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._seconds = seconds
        self._known: tuple[float, str] | None = None
        self._failed: tuple[float, Exception] | None = None

    @property
    def known(self) -> bool:
        """True when `value` blocks nobody."""
        return self._known is not None

    def value(self) -> str:
        """The secret; read at the first use. Blocking. Raises what reading raised, for RETRY_S without a new try."""
        if self._known is None:
            self._known = (self._seconds(), self._first_read())
        return self._known[1]

    def _first_read(self) -> str:
        if self._failed and self._seconds() - self._failed[0] < RETRY_S:
            raise self._failed[1]
        try:
            return self._read()
        except Exception as error:
            self._failed = (self._seconds(), error)
            raise

    def changed(self) -> bool:
        """Read it again, if that was long ago; True when it is another one. Blocking.

        The known one stays good while it is read, and where it cannot be.
        """
        known, now = self._known, self._seconds()
        if known is None or now - known[0] < REREAD_S:
            return False
        self._known = (now, known[1])
        self._known = (now, self._read())
        return self._known[1] != known[1]

    def forget(self) -> None:
        """Start anew."""
        self._known = self._failed = None


def read_secret(given: Settings | None = None) -> str:
    """The secret of this deployment; the public one in development, where none is set. Raises SettingsError."""
    given = given or settings()
    if given.jwt_secret_arn:
        return stored_secret(given.jwt_secret_arn, given)
    return given.jwt_secret or (DEVELOPMENT_SECRET if given.development else "")


def stored_secret(arn: str, given: Settings) -> str:
    """A secret of Secrets Manager. Raises SettingsError outside development for one that could be guessed."""
    secret = str(secrets_manager().get_secret_value(SecretId=arn)["SecretString"])
    if not given.development and (weak := weakness(secret)):
        raise SettingsError(f"{arn}: {weak}")
    return secret


SECRET = SigningSecret(read_secret)
