"""What the fold, the recount and the seal are made to do."""

from datetime import datetime

from belvedere.boards.registry import CATALOG
from belvedere.clock import now_ms
from belvedere.rollups.erase import Erase
from belvedere.storage.keys import Key
from belvedere.storage.keys.state import aside_key
from belvedere.storage.tables import tables
from tests.clock import now
from tests.integration.policies.scenarios.registry import scenario
from tests.integration.policies.scenarios.states import START, change_a_sealed_day
from tests.worlds.served import hint, interaction
from tests.worlds.stage import Stage


@scenario("fold.rollups")
def rollups(stage: Stage) -> None:
    """More new users than one transaction takes, many old days, a user with more names than a row, a record that cannot
    be understood, and an erasure, also of an event that was put aside."""
    users = [
        interaction(f"fold-{n}", f"2025-01-12T{n:02d}:00:00Z", f"new-{n}", concept=f"c-{n}", execution_time_ms=n)
        for n in range(20)
    ]
    users += [
        interaction(f"name-{n}", f"2025-01-12T20:00:{n:02d}Z", "importer", concept=f"{n:03}" + "ü" * 197)
        for n in range(50)
    ]  # fmt: skip
    users += [interaction(f"old-{n}", f"2024-12-{n:02d}T00:00:00Z", "long-ago") for n in range(1, 12)]
    stage.served.send(*users, hint("fold-hint", "2025-01-12T10:00:00Z"), interaction("fold-now", now_ms()))
    mine = tables("demo")
    mine.events.put_all([{"pk": "demo#learning.hint#2025-01-12#0", "sk": "poison", "body": "{"}])
    with stage.served.trouble_forgotten():
        assert stage.run("fold.rollups", stage.news())["put_aside"] == 1
    erased = Key("demo#learning.interaction#2025-01-12#0", "2025-01-12T01:00:00.000Z#fold-1")
    record = aside_key("demo", erased)._asdict() | {"event_pk": erased.pk, "event_sk": erased.sk}
    mine.state.put_all([record])
    assert Erase(mine.events, mine.rollups, mine.state, tuple(CATALOG.rollup_tables.values()), 1).run("new-2") == 1
    assert stage.run("fold.rollups", stage.news())["folded"] == 1
    assert Erase(mine.events, mine.rollups, mine.state, tuple(CATALOG.rollup_tables.values()), 1).run("new-1") == 1
    assert stage.run("fold.rollups", stage.news())["folded"] == 1


@scenario("fold.recount")
def recount(stage: Stage) -> None:
    """What the erasure left: distinct rows that lost a member, and the empty row of the user who is gone."""
    assert stage.run("fold.recount", {"workspaces": ["demo"]})["demo"]["mended"] > 2


@scenario("fold.seal")
def seal(stage: Stage) -> None:
    """Every day there is, one of them again after it changed, and what the fold asked for."""
    days = (now() - datetime.fromisoformat(START)).days + 1
    assert stage.run("fold.seal", {"days": days})["demo"]["sealed"] > 2
    change_a_sealed_day(stage)
    assert stage.run("fold.seal", {"days": days})["demo"]["sealed"] > 0
    stage.run("fold.seal", {"workspaces": ["demo"]})
