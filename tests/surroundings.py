"""The environment in which tests run, whatever the shell, the machine or the CI says that is about something else."""

import os

from belvedere.settings import Settings

HERE = "127.0.0.1,localhost"
OF_A_STACK = ("EMULATOR", "GITHUB_TOKEN", "LAMBDA_WARM_TTL_SECONDS", "LOCALSTACK_HOST")  # of a developer's own
OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_WORK_TREE")
ELSEWHERE = ("AWS_", "POWERTOOLS_")  # an account, and what its functions are set to


def leave_out() -> None:
    """Take out the settings of other stacks, accounts and repositories; what is on this machine needs no proxy.

    Tests are development, which nothing is that does not say so.
    """
    settings = {name.upper() for name in Settings.__struct_fields__}
    for name in [*os.environ]:
        if name in {*settings, *OF_A_STACK, *OF_A_HOOK} or name.startswith(ELSEWHERE):
            del os.environ[name]
    os.environ["BELVEDERE_ENVIRONMENT"] = "development"
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), HERE)))


def trust_any_owner() -> dict[str, str]:
    """Variables with which git reads a repository whose folder is somebody else's, as a checkout of a CI may be."""
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
