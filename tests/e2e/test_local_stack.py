"""What `make up` gives: one origin, one way in, one way out, and it survives being stopped."""

import dataclasses
import os
import stat
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from infra.local import outputs
from infra.local.outputs import Outputs
from infra.local.ports import free_port, wait_until
from infra.local.settings import ROOT, LocalSettings
from tests.e2e.site import PATIENCE_S, ask

DAY = "start_date=2026-01-05T00:00:00Z&end_date=2026-01-06T00:00:00Z"


def event(identity: str, user: str) -> dict[str, Any]:
    properties = {"agent_type": "tutor", "concept": "kinematics", "success": True}
    return {
        "id": identity, "type": "learning.interaction", "time": "2026-01-05T09:00:00Z", "user": user,
        "properties": properties,
    }  # fmt: skip


def interactions(stack: Outputs) -> int:
    # A parameter nobody knows keeps an answer of the cache from standing in for a fresh one.
    _, _, body = ask(f"{stack.url}/dashboard/summary?{DAY}&_={time.monotonic_ns()}", stack.read_key)
    return int(body["summary"]["total_interactions"])


def test_the_page_and_the_api_share_an_origin(stack: Outputs) -> None:
    status, _, page = ask(f"{stack.url}/", Accept="text/html")
    assert (status, page[:15]) == (200, "<!doctype html>")
    assert ask(f"{stack.url}/")[2]["status"] == "running"
    status, _, body = ask(f"{stack.url}/health")
    assert (status, body["status"]) == (200, "healthy")


def test_where_public_reading_is_off_a_key_is_needed(stack: Outputs) -> None:
    assert ask(f"{stack.url}/dashboard/summary")[0] == 401


def test_an_unknown_route_is_told_in_the_envelope(stack: Outputs) -> None:
    status, _, body = ask(f"{stack.url}/no/such/route")
    assert (status, body["code"]) == (404, "NOT_FOUND")


def test_a_browser_on_another_origin_may_ask(stack: Outputs) -> None:
    request = urllib.request.Request(
        f"{stack.url}/v1/events",
        method="OPTIONS",
        headers={"Origin": "http://elsewhere.test", "Access-Control-Request-Method": "POST"},
    )
    with urllib.request.urlopen(request, timeout=240) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "x-api-key" in answer.headers["Access-Control-Allow-Headers"]


@pytest.fixture
def own_settings(tmp_path: Path) -> LocalSettings:
    return LocalSettings(port=free_port(), emulator_port=free_port(), state_dir=tmp_path)


def belvedere(settings: LocalSettings, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ("--port", str(settings.port), "--emulator-port", str(settings.emulator_port))
    command = [sys.executable, "-m", "infra.local.cli", *arguments, *place, "--state-dir", str(settings.state_dir)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)


def test_a_stack_can_be_stopped_and_goes_on_where_it_was(own_settings: LocalSettings) -> None:
    try:
        first = belvedere(own_settings, "up")
        assert first.returncode == 0, first.stdout + first.stderr
        before = outputs.needed(own_settings)
        assert stat.S_IMODE(own_settings.outputs_file.stat().st_mode) == 0o600
        assert ask(f"{before.url}/v1/events", before.write_key, event("one", "ada"))[2]["accepted"] == 1
        assert ask(f"{before.url}/dashboard/summary")[0] == 200, "without a key"
        belvedere(own_settings, "down")  # at once: what is in the stream has to be folded first

        again = belvedere(own_settings, "up")
        assert again.returncode == 0, again.stdout + again.stderr
        assert "Deploying" not in again.stdout
        assert outputs.needed(own_settings) == before
        assert interactions(before) == 1
        assert ask(f"{before.url}/v1/events", before.write_key, event("two", "bob"))[2]["accepted"] == 1
        assert wait_until(lambda: interactions(before) == 2, seconds=PATIENCE_S)
        assert ask(f"{before.url}/v1/events", before.write_key, event("one", "ada"))[2]["duplicate"] == 1

        made = belvedere(own_settings, "keys", "create", "--scope", "read", "--workspace", "other")
        assert made.stdout.startswith("bv_read_")
        other = ask(f"{before.url}/dashboard/summary?{DAY}", made.stdout.split()[0])[2]
        assert other["summary"]["total_interactions"] == 0
        elsewhere = dataclasses.replace(own_settings, port=free_port(), emulator_port=free_port())
        assert belvedere(elsewhere, "status").returncode == 0  # it is where it was deployed, whatever is said now
        moved = belvedere(elsewhere, "up")
        assert (moved.returncode, "make down" in moved.stderr) == (1, True)
    finally:
        belvedere(own_settings, "down")
    assert belvedere(own_settings, "status").returncode == 1


def test_a_port_that_is_taken_is_told_in_a_sentence(stack: Outputs, own_settings: LocalSettings) -> None:
    taken = int(stack.url.rpartition(":")[2])
    refused = belvedere(LocalSettings(taken, own_settings.emulator_port, state_dir=own_settings.state_dir), "up")
    assert refused.returncode == 1
    assert f"Port {taken} of 127.0.0.1 is taken" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_localstack_that_is_not_there_is_told_in_a_sentence(own_settings: LocalSettings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.local.cli", "up", "--port", str(own_settings.port), "--emulator", "localstack",
         "--state-dir", str(own_settings.state_dir)],
        cwd=ROOT, env={**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{own_settings.emulator_port}"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 1
    assert "LocalStack does not answer" in done.stderr
