"""What the peers need: installed where a package manager of ours can, and said where it cannot."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
SIMULATOR = "amplify-dynamodb-simulator@2.9.30"  # it ships the jar of DynamoDB Local; for development use
JAR_FOLDER = CACHE / "package" / "emulator"  # where npm packs it


def python_peers() -> bool:
    """Install the peers' Python packages where they are missing; True when they are there."""
    if all(importlib.util.find_spec(name) for name in ("duckdb", "pandas", "psycopg")):
        return True
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=False).returncode == 0


def dynamodb_local() -> Path | None:
    """The folder of DynamoDB Local's jar, fetched once; None without a JDK or npm."""
    if shutil.which("java") is None or not _compiles():
        return None
    if not (JAR_FOLDER / "DynamoDBLocal.jar").exists() and shutil.which("npm"):
        _fetch()
    return JAR_FOLDER if (JAR_FOLDER / "DynamoDBLocal.jar").exists() else None


def _fetch() -> None:
    """Unpack the one package; what it depends on is for a program that is not used here."""
    CACHE.mkdir(exist_ok=True)
    pack = ["npm", "pack", "--silent", "--pack-destination", str(CACHE), SIMULATOR]
    subprocess.run(pack, check=False, stdout=subprocess.DEVNULL)
    for packed in CACHE.glob("*.tgz"):
        with tarfile.open(packed) as archive:
            archive.extractall(CACHE, filter="data")
        packed.unlink()


def postgres_programs() -> Path | None:
    """The folder of `initdb` and `postgres`, newest version first; None when PostgreSQL is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True)
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def server_user() -> str | None:
    """PostgreSQL refuses to run as root; its packages make this user for it."""
    return "postgres" if os.geteuid() == 0 else None


def _major(folder: Path) -> int:
    return int("".join(filter(str.isdigit, folder.parent.name)) or 0)


def _compiles() -> bool:
    """True when this Java can start a program from its source: it is a JDK, of version 11 or later."""
    listed = subprocess.run(["java", "--list-modules"], capture_output=True, text=True, check=False)
    return "jdk.compiler" in listed.stdout
