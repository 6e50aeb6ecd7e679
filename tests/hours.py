"""`make test`: every test at noon, then those that depend on the time again at other hours (`SWEEP=1`: at every hour).

Only what reads the product's clock is run again: unit tests one by one, others with their file, as they share tables.
The first run notes which those are. A time that is only written down (`STAMPS`) is no reason, and what makes requests
up by chance (`one_hour`) is not run again.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from types import FrameType, ModuleType

NOON = "12:00"
HOURS = ("00:02", "22:59", "23:01")  # a day just begun, an hour about to end, a day's last hour
EVERY_HOUR = tuple(f"{hour:02}:01" for hour in range(24))
TIME_OF_DAY, BEGINNING = "TESTS_AT", "TESTS_BEGIN_MS"  # what tests/clock.py reads
NOTES = "TESTS_CLOCK_NOTES"  # the folder for the names of such files
FAILED, NO_TESTS = 1, 5
STAMPS = frozenset(  # functions that write a time down, or compare it with an end, in epoch milliseconds
    {
        "belvedere.auth.caller:_owner",
        "belvedere.auth.keys:create_key",
        "belvedere.boards.learning.directory.register_agents:replace_agent",
        "belvedere.boards.learning.directory.register_classes:create_class",
        "belvedere.boards.learning.directory.register_classes:replace_class",
        "belvedere.directory.writing:changing",
        "belvedere.http.last_resort:last_answer",
        "belvedere.http.pipeline:Pipeline._refuse",
        "belvedere.observability:emit",
    }
)


def only_stamps(reader: FrameType | None) -> bool:
    """Is the clock read by a function that only writes the time down? `reader` is the frame that called it."""
    while reader and reader.f_globals.get("__name__") == "belvedere.clock":
        reader = reader.f_back
    return bool(reader) and f"{reader.f_globals.get('__name__')}:{reader.f_code.co_qualname}" in STAMPS


def note(name: str) -> None:
    """Remember for the runs to come that a test, or a file's tests, read the clock."""
    if folder := os.environ.get(NOTES):
        with Path(folder, str(os.getpid())).open("a") as names:
            names.write(f"{name}\n")


def without_covered(names: Collection[str]) -> list[str]:
    """Names of files and of tests, in order, without the tests whose file is among them."""
    return sorted(name for name in names if "::" not in name or name.partition("::")[0] not in names)


def shows_the_clock(module: ModuleType) -> bool:
    """Does a file of tests make constants of the time at which the tests' clock begins?"""
    return any(getattr(value, "__module__", None) == "tests.clock" for value in vars(module).values()) or bool(
        {"BEGAN_MS", "TODAY"} & set(vars(module))
    )


def main(arguments: list[str]) -> int:
    """Run the tests that the arguments of pytest select; nonzero where any run failed."""
    with tempfile.TemporaryDirectory() as notes:
        if code := _pytest(arguments, NOON, notes):
            return code
        noted = without_covered({line for names in Path(notes).iterdir() for line in names.read_text().splitlines()})
    if not noted:
        return 0
    options = [argument for argument in arguments if not Path(argument.partition("::")[0]).exists()]
    hours = EVERY_HOUR if os.environ.get("SWEEP") == "1" else HOURS
    codes = [_pytest([*options, "-m", "not one_hour", *noted], hour) for hour in hours]
    return FAILED if set(codes) - {0, NO_TESTS} else 0


def _pytest(arguments: list[str], hour: str, notes: str = "") -> int:
    print(f"Tests at {hour} UTC", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != BEGINNING}
    environment |= {TIME_OF_DAY: hour, NOTES: notes}
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
