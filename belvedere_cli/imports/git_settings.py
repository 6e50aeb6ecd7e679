"""What makes git tell the same of a repository whoever asks: no setting of a user or a machine changes a number.

Settings of the user, the system and the environment are not read, but for the folders that the user trusts. What a
repository's own `.git/config` could still change is said on the command line, which wins over it.
"""

import functools
import os
import subprocess

PINNED = {
    "core.attributesFile": os.devnull,
    "core.bigFileThreshold": "512m",
    "core.fsmonitor": "false",
    "core.quotePath": "false",
    "core.useReplaceRefs": "true",
    "i18n.logOutputEncoding": "UTF-8",
    "log.follow": "false",
    "log.mailmap": "true",
    "log.showRoot": "true",
    "mailmap.blob": "HEAD:.mailmap",
    "mailmap.file": "",
}
DIFF = (
    "--numstat", "-M50%", "-l1000", f"-O{os.devnull}", "--diff-algorithm=myers", "--no-indent-heuristic",
    "--diff-merges=off", "--no-relative", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none",
    "--submodule=short", "--no-color-moved",
)  # fmt: skip
LOG = ("log", "-z", *DIFF, "--encoding=UTF-8", "--no-show-signature", "--no-color", "--no-notes", "--use-mailmap")
INHERITED = frozenset({"GIT_EXEC_PATH"})  # where git itself is
TRUSTED = "safe.directory"


def settings() -> list[str]:
    """The pinned settings, as options of git."""
    return [word for name, value in PINNED.items() for word in ("-c", f"{name}={value}")]


def environment() -> dict[str, str]:
    """Of a git that asks nobody, and looks only where it is told to."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in INHERITED}
    trusted = _trusted()
    return own | {
        "GIT_ATTR_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_COUNT": str(len(trusted)),
        **{f"GIT_CONFIG_KEY_{number}": TRUSTED for number, _ in enumerate(trusted)},
        **{f"GIT_CONFIG_VALUE_{number}": folder for number, folder in enumerate(trusted)},
    }  # fmt: skip


@functools.cache
def _trusted() -> tuple[str, ...]:
    """The folders of other people that the user has told git to trust; git refuses to look into any other."""
    by_scope = (_values(scope, TRUSTED) for scope in ("--system", "--global"))
    return tuple(folder for folders in by_scope for folder in folders)


def _values(scope: str, name: str) -> list[str]:
    done = subprocess.run(["git", "config", scope, "--null", "--get-all", name], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]
