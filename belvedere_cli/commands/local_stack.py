"""`belvedere up`, `down`, `status` and `logs`: the stack on this machine, which `infra.local` runs."""

import dataclasses
import time
from typing import TYPE_CHECKING, Any

import click

from belvedere_cli import deployment
from belvedere_cli.commands.options import Place, place_options

if TYPE_CHECKING:
    from infra.local.settings import LocalSettings

LOGS = ("all", "functions", "emulator", "front-door")


@click.command()
@click.option("--detach", is_flag=True, help="return when it runs (the default)")
@click.option("--foreground", is_flag=True, help="stay, and stop everything at Ctrl-C")
@place_options
def up(place: Place, detach: bool, foreground: bool) -> None:
    """start the emulator, deploy the stack, open the front door"""
    from infra.local import status, up

    started = time.monotonic()
    settings = _settings(place, move=True)
    outputs = up.up(settings)
    print(f"\nBelvedere runs ({time.monotonic() - started:.1f} s).", *status.access(outputs), sep="\n")
    if not foreground or detach:
        return
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        _stop(settings)


@click.command()
@place_options
def down(place: Place) -> None:
    """stop what up started; the data stays"""
    _stop(_settings(place))


@click.command()
@place_options
def status(place: Place) -> int:
    """what runs, where, and whether it answers"""
    from infra.local import status

    well, lines = status.lines(_settings(place))
    print(*lines, sep="\n")
    return 0 if well else 1


@click.command()
@click.argument("source", type=click.Choice(LOGS), default="all")
@click.option("-f", "--follow", is_flag=True)
@click.option("--raw", is_flag=True, help="every line as it was written, metrics included")
@place_options
def logs(place: Place, source: str, follow: bool, raw: bool) -> None:
    """what the parts wrote"""
    from infra.local import logs

    try:
        logs.show(_settings(place), source, follow=follow, raw=raw)
    except KeyboardInterrupt:
        if not follow:
            raise  # else Ctrl-C is how following ends


def _stop(settings: "LocalSettings") -> None:
    from infra.local import up

    stopped = up.down(settings)
    sentence = f"Stopped: {', '.join(stopped)}. The data stays in {settings.state_dir}"
    print(sentence if stopped else "Nothing was running.")


def _settings(place: Place, *, move: bool = False) -> "LocalSettings":
    """Where the stack is: where it was last deployed. Only `up` moves it, and only as it is told."""
    from infra.local import outputs
    from infra.local.settings import LocalSettings

    deployed = deployment.read(place.state_dir)
    settings = outputs.place(deployed, place.state_dir) if deployed else LocalSettings(state_dir=place.state_dir)
    if deployed and not move:
        return settings
    wanted: dict[str, Any] = {"port": place.port, "emulator_port": place.emulator_port, "emulator": place.emulator}
    return dataclasses.replace(settings, **{name: value for name, value in wanted.items() if value is not None})
