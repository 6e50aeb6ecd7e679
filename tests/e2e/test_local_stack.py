"""What `make up` gives: one origin, one way in, one way out, and it survives being stopped."""

import dataclasses
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from belvedere_cli import deployment
from belvedere_cli.deployment import Outputs
from infra.local import emulator, processes, saved, up
from infra.local.clients import client
from infra.local.ports import free_port, wait_until
from infra.local.settings import ROOT, LocalSettings
from tests.worlds.site import PATIENCE_S, ask

DAY = "start_date=2026-01-05T00:00:00Z&end_date=2026-01-06T00:00:00Z"


def event(identity: str, user: str) -> dict[str, Any]:
    properties = {"agent_type": "tutor", "concept": "kinematics", "success": True}
    return {
        "id": identity, "type": "learning.interaction", "time": "2026-01-05T09:00:00Z", "user": user,
        "properties": properties,
    }  # fmt: skip


def interactions(stack: Outputs) -> int:
    _, _, body = ask(f"{stack.url}/dashboard/summary?{DAY}&force_refresh=true", stack.read_key)
    return int(body["summary"]["total_interactions"])


def test_the_page_and_the_api_share_an_origin(stack: Outputs) -> None:
    status, _, page = ask(f"{stack.url}/", Accept="text/html")
    assert (status, page[:15]) == (200, "<!doctype html>")
    assert ask(f"{stack.url}/")[2]["status"] == "running"
    status, _, body = ask(f"{stack.url}/health")
    assert status in (200, 206), body  # another test of this stack has something put aside, which is told for a day
    assert {state for name, state in body["services"].items() if name != "fold"} == {"healthy"}, body


def test_where_public_reading_is_off_a_key_is_needed(stack: Outputs) -> None:
    assert ask(f"{stack.url}/dashboard/summary")[0] == 401


def test_an_unknown_route_is_told_in_the_envelope(stack: Outputs) -> None:
    status, _, body = ask(f"{stack.url}/no/such/route")
    assert (status, body["code"]) == (404, "NOT_FOUND")


def preflight(url: str, origin: str) -> dict[str, str]:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    with urllib.request.urlopen(urllib.request.Request(url, method="OPTIONS", headers=headers), timeout=240) as answer:
        return {name.lower(): value for name, value in answer.headers.items()}


def test_a_page_of_another_port_of_this_machine_may_ask(stack: Outputs) -> None:
    told = preflight(f"{stack.url}/v1/events", "http://localhost:5173")
    assert told["access-control-allow-origin"] == "*"
    assert "x-api-key" in told["access-control-allow-headers"]


def test_a_page_of_another_site_gets_in_nowhere(stack: Outputs) -> None:
    secrets = {"X-Amz-Target": "secretsmanager.ListSecrets", "Content-Type": "application/x-amz-json-1.1"}
    for headers in ({"Origin": "https://evil.test"}, {"Host": "evil.test"}, {"Origin": "null"}):
        assert ask(f"{stack.url}/dashboard/summary", stack.read_key, **headers)[0] == 403
        assert ask(stack.emulator_url, body={}, **secrets, **headers)[0] == 403
        assert ask(f"{stack.api_url}/health", **headers)[0] == 403
    with pytest.raises(urllib.error.HTTPError, match="403"):
        preflight(stack.emulator_url, "https://evil.test")


@pytest.fixture
def own_settings(tmp_path: Path) -> LocalSettings:
    return LocalSettings(port=free_port(), emulator_port=free_port(), state_dir=tmp_path)


def belvedere(settings: LocalSettings, *arguments: str) -> subprocess.CompletedProcess[str]:
    place = ("--port", str(settings.port), "--emulator-port", str(settings.emulator_port))
    command = [sys.executable, "-m", "belvedere_cli.cli", *arguments, *place, "--state-dir", str(settings.state_dir)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)


def test_a_stack_can_be_stopped_and_goes_on_where_it_was(own_settings: LocalSettings) -> None:
    try:
        first = belvedere(own_settings, "up")
        assert first.returncode == 0, first.stdout + first.stderr
        before = deployment.needed(own_settings.state_dir)
        assert stat.S_IMODE(own_settings.outputs_file.stat().st_mode) == 0o600
        assert ask(f"{before.url}/v1/events", before.write_key, event("one", "ada"))[2]["accepted"] == 1
        assert ask(f"{before.url}/dashboard/summary")[0] == 200, "without a key"
        belvedere(own_settings, "down")  # at once: what is in the stream is folded next time

        again = belvedere(own_settings, "up")
        assert again.returncode == 0, again.stdout + again.stderr
        assert "Deploying" not in again.stdout
        assert deployment.needed(own_settings.state_dir) == before
        assert wait_until(lambda: interactions(before) == 1, seconds=PATIENCE_S)
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


def audit(stack: Outputs) -> dict[str, Any]:
    family = "family=learning.interactions&from=2026-01-05&to=2026-01-06&rows=0"
    return dict(ask(f"{stack.url}/v1/audit?{family}", stack.read_key)[2])


def crash(settings: LocalSettings, kill: Callable[[int, int], None] = os.kill) -> None:
    pid = processes.running(settings.pid_file(emulator.NAME))
    assert pid is not None
    kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not emulator.running(settings), seconds=PATIENCE_S)


def saved_after(settings: LocalSettings, moment: float) -> bool:
    return float(emulator.saving(settings)["saved"] or 0) > moment


def test_what_was_saved_survives_a_crash_and_is_folded_once(own_settings: LocalSettings) -> None:
    try:
        assert belvedere(own_settings, "up").returncode == 0
        before = deployment.needed(own_settings.state_dir)
        for number in range(3):
            sent = [event(f"{number}-{index}", f"user-{index}") for index in range(40)]
            assert ask(f"{before.url}/v1/events", before.write_key, sent)[2]["accepted"] == 40
            moment = time.time()
            assert wait_until(lambda moment=moment: saved_after(own_settings, moment), seconds=PATIENCE_S)
            crash(own_settings)
            assert "data        saved" in belvedere(own_settings, "status").stdout
            again = belvedere(own_settings, "up")
            assert again.returncode == 0, again.stdout + again.stderr
            assert "what came after is lost" in again.stderr
            assert deployment.needed(own_settings.state_dir) == before
            assert wait_until(lambda number=number: audit(before)["events"] == 40 * (number + 1), seconds=PATIENCE_S)
            assert wait_until(lambda: not audit(before)["in_flight"] and audit(before)["equal"], seconds=PATIENCE_S)
            assert interactions(before) == 40 * (number + 1)
            assert ask(f"{before.url}/v1/events", before.write_key, sent)[2]["duplicate"] == 40

        client("dynamodb", own_settings).delete_table(TableName=before.tables["rollups"])
        mended = belvedere(own_settings, "up")
        assert mended.returncode == 0, mended.stdout + mended.stderr
        assert "empty now: rollups. What was in them is lost" in mended.stderr
        assert ask(f"{before.url}/v1/events", before.write_key, event("new", "eve"))[2]["accepted"] == 1
        assert wait_until(lambda: interactions(before) == 1, seconds=PATIENCE_S)
    finally:
        belvedere(own_settings, "down")


def test_after_a_crash_before_anything_was_saved_the_stack_is_made_anew(own_settings: LocalSettings) -> None:
    try:
        assert belvedere(own_settings, "up").returncode == 0
        crash(own_settings, os.killpg)  # and with it whoever is writing a snapshot
        shutil.rmtree(own_settings.state_dir / "state")
        again = belvedere(own_settings, "up")
        assert again.returncode == 0, again.stdout + again.stderr
        assert "all data is lost" in again.stderr
        now = deployment.needed(own_settings.state_dir)
        assert ask(f"{now.url}/v1/events", now.write_key, event("one", "ada"))[2]["accepted"] == 1
    finally:
        stopped = belvedere(own_settings, "down")
    assert stopped.stderr == ""


def test_a_stop_ends_though_the_emulator_hangs(own_settings: LocalSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emulator, "STOP_S", 0.5)
    try:
        emulator.start(own_settings)
        emulator.wait(own_settings)
        pid = processes.running(own_settings.pid_file(emulator.NAME))
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        stop_requested = time.time()
        assert up.down(own_settings) == ["emulator"]
        assert "did not save its data" in saved.notices_at_stop(own_settings, stop_requested)[0]
    finally:
        emulator.stop(own_settings)


def test_a_port_that_is_taken_is_told_in_a_sentence(stack: Outputs, own_settings: LocalSettings) -> None:
    taken = int(stack.url.rpartition(":")[2])
    refused = belvedere(LocalSettings(taken, own_settings.emulator_port, state_dir=own_settings.state_dir), "up")
    assert refused.returncode == 1
    assert f"Port {taken} of 127.0.0.1 is taken" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_localstack_that_is_not_there_is_told_in_a_sentence(own_settings: LocalSettings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "belvedere_cli.cli", "up", "--port", str(own_settings.port), "--emulator", "localstack",
         "--state-dir", str(own_settings.state_dir)],
        cwd=ROOT, env={**os.environ, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{own_settings.emulator_port}"},
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip
    assert done.returncode == 1
    assert "LocalStack does not answer" in done.stderr
