"""`as_of` promises no more than is folded: all events of a request have one receipt time, and more may be waiting."""

import pytest

from belvedere.rollups import watermark
from tests.proof import school
from tests.proof.faults import Refuse
from tests.proof.sent import Sent
from tests.worlds.fold import FoldWorld
from tests.worlds.lab import Lab


def as_of(world: FoldWorld, later_ms: int = 0) -> int | None:
    return watermark.read(world.table("STATE_TABLE", "demo"), world.clock() + later_ms)


def hints(lab: Lab) -> list[Sent]:
    """Events of other partitions than those of `of_one_day`."""
    return [one for one in school.events(lab.rng("others"), 40, name="h") if one.type == "learning.hint"]


def test_a_full_batch_leaves_the_watermark_before_what_may_be_waiting(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belvedere.rollups.fold.FULL_RECORDS", 20)
    with lab.world() as world:
        received, _ = world.request("demo", school.of_one_day(lab.rng("full"), 50), world.client)
        records, process = world.news(), world.process()
        for start in (0, 20):
            process.deliver(records[start : start + 20])
            assert as_of(world) == received - 1
        process.deliver(records[40:])
        assert as_of(world) == received


def test_a_full_batch_reads_the_watermark_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belvedere.rollups.fold.FULL_RECORDS", 20)
    fetch, fetched = watermark.fetch, list[str]()
    monkeypatch.setattr(watermark, "fetch", lambda state: fetched.append(state.workspace) or fetch(state))
    with lab.world() as world:
        world.request("demo", school.of_one_day(lab.rng("once"), 20), world.client)
        world.process().deliver(world.news())
    assert fetched == ["demo"]


def test_a_full_batch_holds_the_watermark_also_where_the_note_of_one_before_has_lapsed(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belvedere.rollups.fold.FULL_RECORDS", 20)
    with lab.world() as world:
        process = world.process()
        monkeypatch.setattr(watermark, "FULL_MS", 0)
        received, _ = world.request("demo", school.of_one_day(lab.rng("lapsed"), 50), world.client)
        records = world.news()
        process.deliver(records[:20])
        assert as_of(world) == received
        monkeypatch.setattr(watermark, "FULL_MS", 60_000)
        process.deliver(records[20:40])
        assert as_of(world) == received - 1


def test_a_full_batch_that_nothing_follows_is_believed_a_minute_later(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("belvedere.rollups.fold.FULL_RECORDS", 20)
    with lab.world() as world:
        received, _ = world.request("demo", school.of_one_day(lab.rng("last"), 20), world.client)
        world.process().deliver(world.news())
        assert as_of(world) == received - 1
        assert as_of(world, later_ms=2 * watermark.FULL_MS) == received


def test_a_partition_that_fails_holds_the_watermark_while_others_go_on(lab: Lab) -> None:
    with lab.world() as world:
        process = world.process()
        first, _ = world.request("demo", school.of_one_day(lab.rng("fails"), 5), world.client)
        failing = world.news()
        with pytest.raises(Exception, match="AccessDenied"):
            process.deliver(failing, Refuse(0, "AccessDeniedException", until=99, only="TransactWriteItems"))
        world.request("demo", hints(lab), world.client)
        process.deliver(world.news())
        assert as_of(world) == first - 1
        process.deliver(failing)
        assert (as_of(world) or 0) > first


def test_a_batch_that_fails_holds_the_watermark_also_when_it_begins_with_a_removal(lab: Lab) -> None:
    with lab.world() as world:
        process, interactions = world.process(), school.of_one_day(lab.rng("removal"), 5)
        world.send("demo", interactions[:2])
        process.deliver(world.news())
        world.remove("demo", interactions[0])
        second, _ = world.request("demo", interactions[2:], world.client)
        with pytest.raises(Exception, match="AccessDenied"):
            process.deliver(world.news(), Refuse(0, "AccessDeniedException", until=99, only="TransactWriteItems"))
        world.request("demo", hints(lab), world.client)
        process.deliver(world.news())
        assert as_of(world) == second - 1


def test_each_partition_that_is_behind_holds_the_watermark_until_it_is_folded(lab: Lab) -> None:
    with lab.world() as world:
        process = world.process()
        first, _ = world.request("demo", school.of_one_day(lab.rng("a"), 5), world.client)
        earlier = world.news()
        second, _ = world.request("demo", hints(lab), world.client)
        later = world.news()
        for failing in (earlier, later):
            with pytest.raises(Exception, match="AccessDenied"):
                process.deliver(failing, Refuse(0, "AccessDeniedException", until=99, only="TransactWriteItems"))
        process.deliver(earlier)
        assert as_of(world) == second - 1
        process.deliver(later)
        assert (as_of(world) or 0) >= second > first


def test_many_partitions_that_are_behind_share_a_note(lab: Lab) -> None:
    with lab.world() as world:
        state, now = world.table("STATE_TABLE", "demo"), world.clock()
        watermark.advance(state, now)
        for number in range(2 * watermark.MOST_NOTED):
            watermark.fall_behind(state, f"demo#t#{number}", now - number, now=now, lasts_ms=watermark.FAILED_MS)
        assert as_of(world) == now - 2 * watermark.MOST_NOTED
        watermark.catch_up(state, {f"demo#t#{number}" for number in range(watermark.MOST_NOTED)}, now)
        assert as_of(world) == now - 2 * watermark.MOST_NOTED
        assert as_of(world, later_ms=2 * watermark.FAILED_MS) == now
