"""How processes share the tests (`pytest -n 2`): a file is one's alone, and so is all that wants the deployed stack."""

from xdist.scheduler import LoadScopeScheduling

STACK = "tests/e2e/"


class ByFile(LoadScopeScheduling):
    """Hands out files in the order of the collection, and everything of the stack at once."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return STACK if file.startswith(STACK) else file
