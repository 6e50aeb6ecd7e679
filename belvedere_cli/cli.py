"""The `belvedere` command: up, down, status, logs, keys, import, demo, seal, erase."""

import argparse
import dataclasses
import importlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from belvedere_cli.any_order import AnyOrderParser
from belvedere_cli.argument_types import whole
from infra.local.processes import PRIVATE
from infra.local.settings import EMULATORS, ROOT, STOPPED, LocalError, LocalSettings
from infra.local.steps import complain

if TYPE_CHECKING:
    from infra.local.outputs import Outputs

MODULES = {
    "import": ("belvedere_cli.imports.importer", "send a file of events to a stack"),
    "demo": ("belvedere_cli.demo.demo", "stream believable generated events"),
}
Command = Callable[[LocalSettings, argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[AnyOrderParser]"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what can be put right is told in a sentence, not in a traceback."""
    os.umask(PRIVATE)  # what is kept here holds keys, secrets and people's data
    arguments = sys.argv[1:] if arguments is None else arguments
    given = _parser(arguments).parse_args(arguments)
    command: Command = given.command
    try:
        return command(_place(given), given)
    except LocalError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader has seen enough: `belvedere logs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):  # whose import is not for everybody to wait for
            raise
        complain(f"{error}\nThat was the emulator's answer, or why it gave none. More of it: belvedere logs emulator")
        return 1


def _place(given: argparse.Namespace) -> LocalSettings:
    """Where the stack is: where it was last deployed. Only `up` moves it, and only as it is told."""
    from infra.local import outputs

    settings = LocalSettings(state_dir=Path(given.state_dir).resolve())
    if known := outputs.read(settings):
        settings = outputs.place(known, settings.state_dir)
    if known is None or given.command is _up:
        told = {"port": given.port, "emulator_port": given.emulator_port, "emulator": given.emulator}
        settings = dataclasses.replace(settings, **{name: value for name, value in told.items() if value is not None})
    return settings


def _up(settings: LocalSettings, given: argparse.Namespace) -> int:
    from infra.local import status, up

    started = time.monotonic()
    outputs = up.up(settings)
    print(f"\nBelvedere runs ({time.monotonic() - started:.1f} s).", *status.access(outputs), sep="\n")
    if not given.foreground:
        return 0
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return _down(settings, given)


def _down(settings: LocalSettings, _: argparse.Namespace) -> int:
    from infra.local import up

    stopped = up.down(settings)
    told = f"Stopped: {', '.join(stopped)}. The data stays in {settings.state_dir}"
    print(told if stopped else "Nothing was running.")
    return 0


def _status(settings: LocalSettings, _: argparse.Namespace) -> int:
    from infra.local import status

    well, lines = status.lines(settings)
    print(*lines, sep="\n")
    return 0 if well else 1


def _logs(settings: LocalSettings, given: argparse.Namespace) -> int:
    from infra.local import logs

    try:
        logs.show(settings, given.what, follow=given.follow, raw=given.raw)
    except KeyboardInterrupt:
        if not given.follow:
            raise
    return 0  # Ctrl-C is how following ends


def _running(settings: LocalSettings) -> "Outputs":
    """What the stack offers. Raises LocalError when nothing was deployed, or does not run."""
    from infra.local import emulator, outputs

    known = outputs.needed(settings)
    if emulator.absent(settings):
        raise LocalError(STOPPED)
    return known


def _create_key(settings: LocalSettings, given: argparse.Namespace) -> int:
    from belvedere_cli import keys

    keys.enter(settings, _running(settings))
    from belvedere.auth.keys import create_key
    from belvedere.errors import BelvedereError
    from belvedere.storage.directory import list_workspaces

    list_workspaces()  # those from before there was a list
    expires = None if given.expires_in_days is None else int(time.time()) + given.expires_in_days * 86_400
    try:
        created = create_key(given.workspace, given.scope, given.name, expires=expires)
    except BelvedereError as error:
        raise LocalError(error.detail) from error
    print(f"{created.key}\n  {created.key_id}, scope {given.scope}, workspace {given.workspace}. Shown once; keep it.")
    return 0


def _list_keys(settings: LocalSettings, given: argparse.Namespace) -> int:
    from belvedere_cli import keys

    keys.enter(settings, _running(settings))
    print(*keys.table(given.workspace), sep="\n")
    return 0


def _revoke_key(settings: LocalSettings, given: argparse.Namespace) -> int:
    from belvedere_cli import keys

    keys.enter(settings, _running(settings))
    from belvedere.auth.keys import revoke_key
    from belvedere.errors import BelvedereError

    try:
        revoke_key(given.workspace, given.key_id)
    except BelvedereError as error:
        raise LocalError(error.detail) from error
    print(f"{given.key_id} is revoked; functions that have just seen it take it for a minute more.")
    return 0


def _webhook_secret(settings: LocalSettings, given: argparse.Namespace) -> int:
    from belvedere_cli import keys

    known = _running(settings)
    keys.enter(settings, known)
    print(keys.webhook_secret(settings, known, given.workspace))
    print(f"  for {known.url}/v1/webhooks/github/{given.workspace}, content type application/json", file=sys.stderr)
    return 0


def _seal(settings: LocalSettings, given: argparse.Namespace) -> int:
    from infra.local import upkeep

    known = _running(settings)
    print("Packing finished days; what is packed stays so, if you stop it.", flush=True)
    for done in upkeep.seal(settings, known, given.days):
        for workspace, told in done.items():
            left = f", {told['left']:,} left" if told["left"] else ""
            print(f"  {workspace}: {told['sealed']:,} days packed, {told['kept']:,} were already{left}", flush=True)
    return 0


def _erase(settings: LocalSettings, given: argparse.Namespace) -> int:
    from infra.local import upkeep

    if (given.user is None) == (given.repo is None):
        raise LocalError("Erase either a user or, with --repo, a repository.")
    known, what = _running(settings), given.user or given.repo
    if given.repo:
        found = upkeep.erase_repository(settings, known, given.workspace, given.repo)
    else:
        found = upkeep.erase(settings, known, given.workspace, given.user)
    told = f"{found} events of {what} deleted." if found else f"There are no events of {what} any more."
    user = "" if given.repo else " The user is in no class now."
    rest = " Totals follow within seconds; run it again until it finds none." if found else ""
    print(f"{told}{user}{rest}")
    return 0


def _module_command(settings: LocalSettings, given: argparse.Namespace) -> int:
    from infra.local import outputs, ports

    if not given.url and outputs.read(settings) and not ports.listening(settings.port):
        complain(STOPPED)
        return 2
    return int(given.run(given))


def _parser(arguments: list[str]) -> argparse.ArgumentParser:
    shared = AnyOrderParser(add_help=False)
    told = {name: os.environ.get(name) or None for name in ("PORT", "EMULATOR_PORT", "EMULATOR")}
    shared.add_argument("--port", type=int, default=told["PORT"], help="of the front door (8000)")
    shared.add_argument("--emulator-port", type=int, default=told["EMULATOR_PORT"], help="of AWS (4566)")
    shared.add_argument("--emulator", choices=EMULATORS, default=told["EMULATOR"], help="(ministack)")
    shared.add_argument("--state-dir", default=str(ROOT / ".belvedere"), help="data, logs and outputs of this stack")

    parser = argparse.ArgumentParser(prog="belvedere", description="Belvedere on one machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=AnyOrderParser)

    def add(name: str, command: Command, about: str, to: Commands) -> AnyOrderParser:
        made = to.add_parser(name, help=about, description=about, parents=[shared])
        made.set_defaults(command=command)
        return made

    up = add("up", _up, "start the emulator, deploy the stack, open the front door", commands)
    up.add_argument("--detach", dest="foreground", action="store_false", help="return when it runs (the default)")
    up.add_argument("--foreground", action="store_true", help="stay, and stop everything at Ctrl-C")
    up.set_defaults(foreground=False)
    add("down", _down, "stop what up started; the data stays", commands)
    add("status", _status, "what runs, where, and whether it answers", commands)
    logs = add("logs", _logs, "what the parts wrote", commands)
    logs.add_argument("what", nargs="?", choices=("all", "functions", "emulator", "front-door"), default="all")
    logs.add_argument("-f", "--follow", action="store_true")
    logs.add_argument("--raw", action="store_true", help="every line as it was written, metrics included")
    keys = commands.add_parser("keys", help="API keys").add_subparsers(required=True, metavar="ACTION")
    create = add("create", _create_key, "make an API key; it is shown once", keys)
    create.add_argument("--scope", choices=("write", "read", "admin"), required=True)
    create.add_argument("--workspace", default="demo")
    create.add_argument("--name", default="command line", help="a note for people")
    create.add_argument("--expires-in-days", type=whole, help="after which it opens nothing (never)")
    listing = add("list", _list_keys, "who made which key and when, its scope, its last use and its end", keys)
    listing.add_argument("--workspace", default="demo")
    revoke = add("revoke", _revoke_key, "make a key open nothing any more", keys)
    revoke.add_argument("key_id", help="as `keys list` shows it")
    revoke.add_argument("--workspace", default="demo")
    webhook = add("webhook", _webhook_secret, "the secret that a workspace's webhooks are signed with", keys)
    webhook.add_argument("--workspace", default="demo")
    seal = add("seal", _seal, "pack finished days, so that they are read as one item each", commands)
    seal.add_argument("--days", type=whole, help="how far back (all)")
    erase = add("erase", _erase, "delete all events of a user or a repository; rollups follow", commands)
    erase.add_argument("user", nargs="?")
    erase.add_argument("--repo", help="what names this repository, as an import under a wrong name left it")
    erase.add_argument("--workspace", default="demo")
    for name, (module, about) in MODULES.items():
        made = add(name, _module_command, about, commands)
        if name in arguments:  # their imports are not for everybody to wait for
            loaded = importlib.import_module(module)
            loaded.configure(made)
            made.set_defaults(run=loaded.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
