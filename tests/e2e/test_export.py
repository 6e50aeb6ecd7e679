"""Files and kept answers on the deployed stack: through Lambda's answer, API Gateway and the front door."""

import csv
import io
import time
import urllib.request
from datetime import UTC, datetime
from typing import Any

from openpyxl import load_workbook

from infra.local.ports import wait_until
from tests.worlds.site import PATIENCE_S, Site, an_hour_lasts, ask

WORKSPACE = "exported"


def event() -> dict[str, Any]:
    """Something of just now: the export finds it before the fold does."""
    properties = {"agent_type": "tutor", "success": True, "execution_time_ms": 12.5}
    now = datetime.now(UTC).isoformat()
    return {"id": "one", "type": "learning.interaction", "time": now, "user": "=Ünal", "properties": properties}


def file(site: Site, form: str, scope: str) -> bytes:
    """The last day's interactions as a file. Exports are limited closely, so each test's file has a key of its own."""
    url = f"{site.stack.url}/dashboard/export?export_format={form}&data_type=interactions&preset=24h"
    headers = {"X-API-Key": site.key(WORKSPACE, scope), "Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(url, data=b"{}", headers=headers), timeout=240) as answer:
        assert "attachment" in answer.headers["Content-Disposition"]
        return bytes(answer.read())


def test_a_workbook_and_a_csv_arrive_as_they_were_written(site: Site) -> None:
    assert ask(f"{site.stack.url}/v1/events", site.key(WORKSPACE, "write"), event())[0] == 200
    (row,) = csv.DictReader(io.StringIO(file(site, "csv", "read").decode(), newline=""))
    (page,) = load_workbook(io.BytesIO(file(site, "excel", "admin"))).worksheets
    _, cells = page.iter_rows(values_only=True)
    assert (row["id"], row["user_id"], row["execution_time_ms"]) == ("one", "'=Ünal", "12.5")
    assert (cells[0], cells[1], cells[5]) == ("one", "=Ünal", 12.5)


def test_what_is_warmed_is_there_for_who_asks_first(site: Site) -> None:
    url, key = f"{site.stack.url}/dashboard", site.key(WORKSPACE, "read")
    usual = {"metrics": ["interaction_count", "success_rate"], "time_range": {"preset": "7d"}, "granularity": "1h"}
    assert ask(f"{url}/timeseries", key, usual | {"granularity": "1d"})[0] == 200  # by a process that runs from now on

    def size() -> int:
        return int(ask(f"{url}/cache/stats", key)[2]["cache_statistics"]["redis"]["size"])

    an_hour_lasts()
    before = size()
    status, _, told = ask(f"{url}/cache/warm", site.key(WORKSPACE), {"cache_types": ["timeseries"]})
    assert (status, told["status"], told["cache_types"]) == (200, "started", ["timeseries"])

    def kept() -> bool:
        time.sleep(2)  # looks are limited, too
        return size() > before

    assert wait_until(kept, seconds=PATIENCE_S)
    assert ask(f"{url}/timeseries", key, usual)[1]["x-cache"] == "hit-table"
