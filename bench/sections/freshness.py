"""freshness: from the answer to a write to the answer that shows it, over HTTP on the deployed local stack."""

import http.client
import json
import random
import time
from statistics import median
from typing import Any
from urllib.parse import urlencode

from belvedere.clock import iso_ms, now_ms
from belvedere_cli.deployment import Outputs
from bench.deployed import deployed
from bench.options import Options
from bench.report import Section
from bench.timing import percentile
from bench.windows import deployed_window
from infra.local.settings import HOST, LocalSettings

TITLE = "from an acknowledged write to an answer that shows it, on the deployed local stack; seconds"
TARGET_S = 3.0
PROBES = 40
GIVE_UP_S = 30.0
PAUSE_S = 0.03


def run(options: Options) -> Section:
    """A stack of its own, one event after another, each looked for until it is seen."""
    section = Section("freshness", TITLE)
    with deployed() as (settings, stack):
        waits = _probes(settings, stack, options.rounds(PROBES))
    window = deployed_window().seconds
    p95 = percentile(waits, 0.95)
    section.at_most("p95", p95, TARGET_S, " s")
    section.at_most(f"p95 with the stream's window of {window:g} s, which the emulator does not wait for", p95 + window,
                    TARGET_S, " s")  # fmt: skip
    section.told("p50", median(waits), " s")
    section.told("largest", max(waits), " s")
    section.notes.append(f"{len(waits)} probes after two that are dropped; asked every {PAUSE_S:g} s, past the cache.")
    return section


def _probes(settings: LocalSettings, stack: Outputs, probes: int) -> list[float]:
    connection, rng = http.client.HTTPConnection(HOST, settings.port, timeout=GIVE_UP_S), random.Random(7)
    waits = []
    for number in range(probes + 2):
        before = _seen(connection, stack)
        time.sleep(rng.random())  # not in step with the stream's own window
        _send(connection, stack, f"probe-{number}")
        written = time.perf_counter()
        while _seen(connection, stack) <= before:
            if time.perf_counter() - written > GIVE_UP_S:
                raise RuntimeError(f"probe {number} was not seen within {GIVE_UP_S:g} s")
            time.sleep(PAUSE_S)
        waits.append(time.perf_counter() - written)
    return waits[2:]


def _send(connection: http.client.HTTPConnection, stack: Outputs, name: str) -> None:
    event = {"id": name, "type": "learning.interaction", "time": iso_ms(now_ms()), "user": "prober",
             "properties": {"success": True, "agent_type": "probe"}}  # fmt: skip
    headers = {"X-API-Key": stack.write_key, "Content-Type": "application/json"}
    connection.request("POST", "/v1/events", json.dumps(event), headers)
    assert _read(connection)["accepted"] == 1


def _seen(connection: http.client.HTTPConnection, stack: Outputs) -> int:
    query = urlencode({"preset": "24h", "agent_types": "probe", "force_refresh": "true"})
    connection.request("GET", f"/dashboard/summary?{query}", headers={"X-API-Key": stack.read_key})
    return int(_read(connection)["summary"]["total_interactions"])


def _read(connection: http.client.HTTPConnection) -> dict[str, Any]:
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"HTTP {answer.status}: {body[:300]!r}")
    state: dict[str, Any] = json.loads(body)
    return state
