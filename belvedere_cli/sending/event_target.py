"""Where the local tools send events: the stack named by the flags, or else by the outputs of the last deploy."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msgspec
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout

from belvedere_cli.deployment import OUTPUTS_FILE
from belvedere_cli.errors import UsageError
from belvedere_cli.sending.event_wire import HttpReply, Transport

EVENTS_PATH = "/v1/events"
TIMEOUT = ClientTimeout(total=60, connect=5)


@dataclass(frozen=True)
class Target:
    """A stack's origin and a key that may write to one of its workspaces."""

    url: str
    key: str

    @property
    def fingerprint(self) -> str:
        """Tells targets apart in file names without giving the key away."""
        return sha256(f"{self.url}\n{self.key}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class TargetOptions:
    """What a command was told about where to send to; what it was not told is in the outputs of the last deploy."""

    state_dir: Path
    url: str | None = None
    key: str | None = None
    admin_key: str | None = None

    def target(self) -> Target:
        """Where events go. Raises UsageError."""
        return target_of(self.url, self.key, self.state_dir)

    def admin_target(self) -> Target | None:
        """Where names may be registered; None when nobody said with which key. Raises UsageError."""
        return admin_target_of(self.url, self.key, self.admin_key, self.state_dir)


def target_of(url: str | None, key: str | None, state_dir: Path, key_output: str = "write_key") -> Target:
    """The target of the flags, completed from `outputs.json`, where the key is `key_output`. Raises UsageError."""
    if not (url and key):
        outputs = _outputs(state_dir / OUTPUTS_FILE)
        url, key = url or outputs.get("url"), key or outputs.get(key_output)
    if not (url and key):
        raise UsageError("no stack is known here: run `make up` first, or give --url and --key")
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"--url must start with http:// or https://, not {url!r}")
    return Target(url.rstrip("/"), key.strip())


def admin_target_of(url: str | None, key: str | None, admin_key: str | None, state_dir: Path) -> Target | None:
    """Where names may be registered; None when nobody said with which key.

    The local stack's own admin key is used only for that stack and its own workspace: with another origin or another
    write key, the workspace may be another one. Raises UsageError.
    """
    if not admin_key and not (url or key):
        admin_key = _outputs(state_dir / OUTPUTS_FILE).get("admin_key")
    if not admin_key:
        return None
    return Target(target_of(url, key or admin_key, state_dir).url, admin_key.strip())


def _outputs(path: Path) -> Mapping[str, str]:
    """The text values of the outputs file; empty when there is none."""
    try:
        outputs = msgspec.json.decode(path.read_bytes(), type=dict[str, object])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from error
    return {name: value for name, value in outputs.items() if isinstance(value, str)}


@asynccontextmanager
async def http_transport(target: Target) -> AsyncIterator[Transport]:
    """A transport over real HTTP; every failure to get an answer comes out as OSError."""
    async with ClientSession(timeout=TIMEOUT) as session:

        async def post(body: bytes, headers: Mapping[str, str]) -> HttpReply:
            try:
                async with session.post(target.url + EVENTS_PATH, data=body, headers=headers) as response:
                    names = {name.lower(): value for name, value in response.headers.items()}
                    return HttpReply(response.status, names, await response.read())
            except TimeoutError as error:
                raise OSError(f"no answer from {target.url} in time") from error
            except ClientConnectorError as error:
                raise OSError(f"cannot connect to {target.url}") from error
            except ClientError as error:
                raise OSError(str(error) or type(error).__name__) from error

        yield post
