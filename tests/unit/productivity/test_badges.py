"""On which day a badge is first earned."""

import pytest

from belvedere.boards.productivity.profile.badges import (
    BADGES,
    Badge,
    Day,
    different,
    in_a_row,
    in_a_week,
    totalling,
    weeks,
)
from belvedere.clock import DAY_MS
from tests.unit.docs.markdown import rows, section

RULES = {badge.id: badge.reached for badge in BADGES}


def day(number: int, sessions: int = 1, **more: int | frozenset[str]) -> Day:
    return Day(number * DAY_MS, sessions, **more)


def on(number: int) -> int:
    return number * DAY_MS


@pytest.mark.parametrize("badge", BADGES, ids=lambda badge: badge.id)
def test_without_days_nothing_is_earned(badge: Badge) -> None:
    assert RULES[badge.id]([]) is None


def test_a_total_is_reached_on_the_day_that_completes_it_and_not_the_next() -> None:
    days = [day(1, 60), day(5, 39), day(6, 1), day(7, 50)]
    assert totalling("sessions", 100)(days) == on(6)
    assert totalling("sessions", 99)(days) == on(5)
    assert totalling("sessions", 151)(days) is None
    assert RULES["century"](days) == on(6)


def test_different_ones_are_counted_once_each() -> None:
    go, both, rust = frozenset({"Go"}), frozenset({"Go", "C"}), frozenset({"Rust"})
    days = [day(1, languages=go), day(2, languages=both), day(3), day(9, languages=rust)]
    assert [different("languages", n)(days) for n in (1, 2, 3, 4)] == [on(1), on(2), on(9), None]


def test_a_row_of_days_is_broken_by_a_day_without_sessions() -> None:
    days = [day(n) for n in (1, 2, 3, 5, 6, 7, 8)]
    assert [in_a_row(n)(days) for n in (1, 3, 4, 5)] == [on(1), on(3), on(8), None]


def test_a_week_is_a_day_and_the_six_before() -> None:
    seven, eight = [day(1, 30), day(7, 20)], [day(1, 30), day(8, 20)]
    assert RULES["speed-demon"](seven) == on(7)
    assert RULES["speed-demon"](eight) is None
    assert [week.sessions for week in weeks([day(1, 1), day(4, 2), day(8, 4), day(20, 8)])] == [1, 3, 6, 8]


def test_what_a_week_holds_may_be_earned_and_lost_again_and_stays_earned() -> None:
    days = [day(1, tracked=20, accepted=10), day(2, tracked=20, accepted=0)]
    assert RULES["on-target"](days) == on(1)
    assert RULES["on-target"]([day(1, tracked=19, accepted=19)]) is None, "too few to tell"
    assert RULES["on-target"]([day(1, tracked=20, accepted=9)]) is None


def test_a_line_has_to_cost_fewer_than_fifty_tokens_of_a_hundred_lines() -> None:
    assert RULES["cost-optimizer"]([day(1, lines=100, tokens=4_999)]) == on(1)
    assert RULES["cost-optimizer"]([day(1, lines=100, tokens=5_000)]) is None
    assert RULES["cost-optimizer"]([day(1, lines=99, tokens=0)]) is None
    assert RULES["cost-optimizer"]([day(1, lines=40, tokens=10), day(3, lines=60, tokens=10)]) == on(3)


def test_a_rule_of_ones_own() -> None:
    assert in_a_week(lambda week: week.lines > 2)([day(3, lines=3)]) == on(3)


def test_every_badge_is_documented() -> None:
    assert list(rows(section("docs/metrics.md", "### Badges"))) == [badge.id for badge in BADGES]
