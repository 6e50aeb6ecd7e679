"""The syntax trees of the project's own files, for tests of how it is built."""

import ast
import gc
from pathlib import Path


def tree_of(path: Path) -> ast.Module:
    """A file's syntax tree.

    Nothing is collected meanwhile: Python 3.11 counts the depth of trees in one place, and says SystemError where what
    is collected makes a tree of its own in the middle of ours (https://github.com/python/cpython/issues/106905).
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        if collecting:
            gc.enable()
