"""The `belvedere` command: up, down, status, logs, keys, seal, erase, import, export, demo."""

import os
import sys

import click

from belvedere_cli.commands.demo import demo
from belvedere_cli.commands.erase import erase
from belvedere_cli.commands.export import export
from belvedere_cli.commands.imports import import_
from belvedere_cli.commands.keys import keys
from belvedere_cli.commands.local_stack import down, logs, status, up
from belvedere_cli.commands.seal import seal
from belvedere_cli.deployment import PRIVATE
from belvedere_cli.errors import CommandError, complain

INTERRUPTED = 130


class InOrder(click.Group):
    """Lists its commands as they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's own signature
        """Their names."""
        return list(self.commands)


@click.group(cls=InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def command_line() -> None:
    """Belvedere on one machine."""


for command in (up, down, status, logs, keys, seal, erase, import_, export, demo):
    command_line.add_command(command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; what can be put right is told in a sentence, not in a traceback."""
    os.umask(PRIVATE)
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except CommandError as error:
        complain(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough: `belvedere logs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if not type(error).__module__.startswith("botocore."):  # whose import is not for everybody to wait for
            raise
        complain(f"{error}\nThat was the emulator's answer, or why it gave none. More of it: belvedere logs emulator")
        return 1


def _run(arguments: list[str]) -> int:
    """The exit code that a command returns, 0 where it returns none. Exits with 2 when it was not understood."""
    try:
        with command_line.make_context("belvedere", list(arguments)) as context:
            return int(command_line.invoke(context) or 0)
    except click.exceptions.Exit as left:  # after --help
        return left.exit_code
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)


if __name__ == "__main__":
    sys.exit(main())
