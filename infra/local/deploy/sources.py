"""A fingerprint of everything a deployment is made of, so that nothing is done twice."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from infra.local.settings import ROOT, RUNTIME

DEPLOYED = ("template.yaml", "samconfig.toml", "functions", "layers", "infra/export.asl.yaml")
TOOLING = ("infra/local", "requirements.txt")


def fingerprint(names: Iterable[str], root: Path = ROOT) -> str:
    """Changes exactly when the content or the place of a file changes, or the Python that builds."""
    digest = hashlib.sha256(RUNTIME.encode())
    for name in names:
        for file in files_under(root / name):
            digest.update(f"\0{file.relative_to(root)}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def files_under(path: Path) -> Iterator[Path]:
    """The files of a source tree in a fixed order, without what Python leaves behind."""
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts and file.suffix != ".pyc":
            yield file
