"""Layers hold wheels for the Python and the processor that they are deployed on, whichever Python builds them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.settings import ROOT

MACHINES = {"arm64": (183, "aarch64"), "x86_64": (62, "x86_64")}  # a processor's number in ELF, its name in wheels
MOST_MB = 250  # all layers and the code of one function together, unpacked


def build(layer: str, folder: Path, **variables: str) -> Path:
    """The layer of a Makefile target (`Deps`), as `sam build` makes it with this Python."""
    make = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in make}
    environment |= {"PYTHON": sys.executable, "ARTIFACTS_DIR": str(folder)} | variables
    command = ["make", "--silent", f"build-{layer}Layer"]
    done = subprocess.run(
        command, cwd=ROOT / "layers" / layer.lower(), env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder / "python"


def tags(folder: Path) -> Iterator[str]:
    """The tag that each installed wheel was taken for, such as cp313-cp313-manylinux2014_aarch64."""
    for wheel in folder.glob("*.dist-info/WHEEL"):
        yield from (line.removeprefix("Tag: ") for line in wheel.read_text().splitlines() if line.startswith("Tag: "))


def machine_of(library: Path) -> int:
    """The processor that a shared library is for."""
    head = library.read_bytes()[:20]
    assert head[:4] == b"\x7fELF", library
    return int.from_bytes(head[18:20], "little")


def size_mb(folder: Path) -> float:
    """What is in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


@pytest.mark.parametrize("further", ["Stats", "Parquet"])  # no function has both
@pytest.mark.parametrize("architecture", MACHINES)
def test_wheels_are_those_of_the_deployed_python_and_processor(tmp_path: Path, architecture: str, further: str) -> None:
    built = {
        layer: build(layer, tmp_path / layer, LAMBDA_ARCHITECTURE=architecture) for layer in ("Deps", further, "Shared")
    }
    number, name = MACHINES[architecture]
    binary = {tag for folder in built.values() for tag in tags(folder) if not tag.endswith("none-any")}
    assert binary
    assert {tag for tag in binary if not (tag.startswith("cp313-") and tag.endswith(name))} == set()
    libraries = [file for folder in built.values() for file in folder.rglob("*.so*")]
    assert {machine_of(library) for library in libraries} == {number}
    assert sum(map(size_mb, built.values())) + size_mb(ROOT / "functions") < MOST_MB


def test_the_trimmed_botocore_makes_every_client_and_there_is_no_boto3(tmp_path: Path) -> None:
    layer = build("Deps", tmp_path, LAMBDA_PLATFORM="host")
    code = (
        "from belvedere.storage.client import dynamodb, lambda_, lambda_answering, s3, secrets_manager, sockets\n"
        "from belvedere.storage.client import step_functions\n"
        "import botocore; print(botocore.__file__)\n"
        "dynamodb(); lambda_(); lambda_answering(1.0); s3(); step_functions()\n"
        "secrets_manager(); sockets('a', 'live')\n"
        "import importlib.util, sys; sys.exit(importlib.util.find_spec('boto3') is not None)"
    )
    nowhere = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "eu-central-1"}
    environment = {"AWS_DEFAULT_REGION": "eu-central-1", "PYTHONPATH": f"{layer}{os.pathsep}{ROOT / 'layers/shared'}"}
    done = subprocess.run(  # -S: of this environment's own packages nothing is seen
        [sys.executable, "-S", "-c", code], env=nowhere | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(layer))
    assert size_mb(layer / "botocore") < 6


def test_the_trimmed_pyarrow_writes_and_merges_parquet_and_ends_in_peace(tmp_path: Path) -> None:
    layer = build("Parquet", tmp_path, LAMBDA_PLATFORM="host")
    code = (
        "import io, pyarrow\n"
        "from belvedere.export.columns import Column\n"
        "from belvedere.export.writers.formats import merge, part_writer_for\n"
        "part, out, columns = io.BytesIO(), io.BytesIO(), [Column('a')]\n"
        "writer = part_writer_for('parquet'); writer.open(part, columns); writer.write([('x',)] * 3); writer.close()\n"
        "print(pyarrow.__file__, merge('parquet', [io.BytesIO(part.getvalue())] * 2, out, columns))"
    )
    deps = build("Deps", tmp_path / "deps", LAMBDA_PLATFORM="host")
    paths = os.pathsep.join(map(str, (layer, deps, ROOT / "layers/shared")))
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], env={"PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(layer))
    assert done.stdout.endswith(" 6\n")
    assert size_mb(layer) < 110
