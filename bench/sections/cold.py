"""cold: what a fresh interpreter spends on importing each function, beside the imports of an ordinary one."""

import compileall
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from statistics import median

from belvedere.http.routes import ROUTES
from bench.options import Options
from bench.report import Section, Table, number
from bench.timing import interleaved

TITLE = "import time in a fresh interpreter, compiled; ms, median"
OF_PEER = 0.6
ROOT = Path(__file__).resolve().parents[2]
PATHS = [ROOT / "layers" / "shared", ROOT / "functions"]
BOTO = "import boto3"
PEER = """
from fastapi import FastAPI
from mangum import Mangum
import boto3
from aws_lambda_powertools import Logger
boto3.client("dynamodb", region_name="us-east-1")
Logger(service="peer")
handler = Mangum(FastAPI())
"""
SAMPLE = ["fold.rollups", "ingest.events", "learning.summary"]  # for a quick run
CLIENT = "\nfrom belvedere.storage.client import dynamodb\ndynamodb()"
TIMED = "import time; started = time.perf_counter()\n{}\nprint(time.perf_counter() - started)"
PEER_NAME = "FastAPI + Mangum + boto3 client + Logger"


def run(options: Options) -> Section:
    """Every handler module that there is, in turns with the peers."""
    section = Section("cold", TITLE)
    for path in PATHS:
        compileall.compile_dir(path, quiet=1)
    modules = SAMPLE if options.quick else handler_modules()
    programs = {name: f"import {name}" for name in modules}
    programs |= {"learning.summary + client": f"import learning.summary{CLIENT}", BOTO: BOTO, PEER_NAME: PEER}
    spent: dict[str, list[float]] = {name: [] for name in programs}
    interleaved({name: partial(_note, spent[name], text) for name, text in programs.items()}, options.rounds(9))
    times = {name: median(values) for name, values in spent.items()}
    endpoints = [name for name in modules if name in {route.module for route in ROUTES}]
    slowest = max(endpoints, key=times.__getitem__)
    section.at_most(f"slowest endpoint ({slowest}) over the peer", times[slowest] / times[PEER_NAME], OF_PEER, "x")
    typical = median(times[name] for name in endpoints)
    section.at_most("typical endpoint over the peer", typical / times[PEER_NAME], OF_PEER, "x")
    section.told(
        "learning.summary with its DynamoDB client over the peer",
        times["learning.summary + client"] / times[PEER_NAME],
        "x",
    )
    rows = [
        [name, number(ms), f"{ms / times[BOTO]:.2f}", f"{ms / times[PEER_NAME]:.2f}"]
        for name, ms in sorted(times.items(), key=lambda item: item[1])
    ]
    section.tables.append(Table("by module", ["imported", "ms", "over import boto3", "over the peer"], rows))
    section.notes.append("An endpoint makes its DynamoDB client at its first request; the peer's is made at import.")
    return section


def handler_modules() -> list[str]:
    """Every Lambda handler module, as `learning.summary`."""
    files = sorted((ROOT / "functions").glob("*/*.py"))
    return [
        f"{file.parent.name}.{file.stem}"
        for file in files
        if "\nhandler = " in (text := file.read_text()) or "\ndef handler(" in text
    ]


def _note(values: list[float], text: str) -> None:
    """Run a program in a fresh interpreter and note the time that it measured itself."""
    done = subprocess.run(
        [sys.executable, "-c", TIMED.format(text)], env=_environment(), capture_output=True, text=True, check=True
    )
    values.append(float(done.stdout.split()[-1]) * 1000)


def _environment() -> dict[str, str]:
    tables = {f"{name}_TABLE": name.lower() for name in ("EVENTS", "ROLLUPS", "CACHE", "STATE", "DIRECTORY")}
    own = {"PYTHONPATH": os.pathsep.join(map(str, PATHS)), "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1"}
    return {"PATH": os.environ.get("PATH", os.defpath)} | own | tables
