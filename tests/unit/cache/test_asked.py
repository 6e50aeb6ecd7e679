"""What is asked most is known from a sample, as it can be asked again."""

from belvedere.cache.asked import SAMPLE, hottest, note_asked
from tests.unit.cache.conftest import World

DAY_S = 86_400


def test_the_most_asked_come_first(world: World) -> None:
    table = world.tables("demo").cache
    for times, preset in ((1, "7d"), (3, "24h"), (2, "30d")):
        for _ in range(times):
            note_asked(table, "a:kind", {"preset": preset, "users": ["b", "a"]}, world.now)
    assert [request["preset"] for _, request in hottest(table, world.now, 2)] == ["24h", "30d"]
    assert hottest(table, world.now, 1) == [("a:kind", {"preset": "24h", "users": ["b", "a"]})]


def test_yesterday_counts_and_the_day_before_does_not(world: World) -> None:
    table = world.tables("demo").cache
    note_asked(table, "k", {"q": 1}, world.now)
    assert len(hottest(table, world.now + DAY_S * 1_000, 9)) == 1
    assert hottest(table, world.now + 2 * DAY_S * 1_000, 9) == []


def test_one_request_in_a_sample_is_noted(world: World) -> None:
    chances = iter([1 / SAMPLE, 0.99 / SAMPLE, 0.5])
    process = world.process(chance=lambda: next(chances))
    for number in range(3):
        world.ask(process, request={"q": number})
    assert hottest(world.tables("demo").cache, world.now, 9) == [("a:kind", {"q": 1})]


def test_a_personal_request_is_not_noted(world: World) -> None:
    world.ask(world.process(chance=lambda: 0.0), personal="ada")
    assert hottest(world.tables("demo").cache, world.now, 9) == []


def test_a_request_too_long_to_remember_is_not_noted(world: World) -> None:
    table = world.tables("demo").cache
    note_asked(table, "k", {"q": "x" * 5_000}, world.now)
    assert hottest(table, world.now, 9) == []
