"""What a figure depends on: the date, the machine, the versions. Never a path or a name of the machine."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "boto3", "botocore", "duckdb", "fastapi", "mangum", "ministack", "msgspec", "orjson", "pandas", "psycopg",
    "pyarrow", "pydantic",
)  # fmt: skip
GIB = 1024**3


def facts() -> dict[str, str]:
    """The report's header."""
    return {"date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", "machine": _machine(), "versions": _versions()}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    busy = f"load {os.getloadavg()[0]:.1f} before the run"
    return f"{os.cpu_count()} cores, {_processor()}, {memory:.0f} GiB, {platform.system()}, {busy}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _versions() -> str:
    facts = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            facts.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            facts.append(f"{package} not installed")
    return ", ".join(facts)
