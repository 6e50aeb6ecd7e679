"""The session's stack as a site."""

import pytest

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from tests.worlds.site import Site


@pytest.fixture(scope="session")
def site(stack: Outputs, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The deployed stack, known to a command line of its own."""
    state_dir = tmp_path_factory.mktemp("site")
    deployment.write(state_dir, stack)
    (stack_dir,) = tmp_path_factory.getbasetemp().glob("stack[0-9]*")
    return Site(stack, state_dir, stack_dir)
