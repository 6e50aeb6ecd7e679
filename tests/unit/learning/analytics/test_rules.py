"""The rules behind warnings, insights and recommendations, on numbers made for them."""

import pytest

from belvedere.boards.learning.analytics.content import recommended
from belvedere.boards.learning.analytics.insight_rules import content, engagement, performance
from belvedere.boards.learning.analytics.insight_window import Window
from belvedere.boards.learning.analytics.warnings import alerts_of
from belvedere.boards.learning.tally import Tally
from belvedere.http.asgi import endpoint_of

ROUTES = {
    "learning.predictive": "predictive",
    "learning.analytics_comparative": "comparative",
    "learning.content_effectiveness": "content-effectiveness",
    "learning.statistical": "statistical",
    "learning.insights": "insights",
}


def window(lately: Tally, before: Tally, **more: dict[str, Tally]) -> Window:
    return Window({"ann": lately}, {"ann": before}, more.get("concepts", {}), more.get("agents", {}), {})


def test_a_clear_fall_of_the_success_rate_is_told_and_chance_is_not() -> None:
    (told,) = performance(window(Tally(400, 200), Tally(400, 300)))
    assert (told["title"], told["importance"]) == ("success_fell", "critical")
    assert told["evidence"]["change"] == pytest.approx(-0.25)
    assert "fell from 75% to 50%" in told["text"]
    assert list(performance(window(Tally(8, 4), Tally(8, 5)))) == []
    assert list(performance(window(Tally(8, 4), Tally()))) == []


def test_less_activity_is_told_from_a_tenth_on() -> None:
    titles = [one["title"] for one in engagement(window(Tally(80, 40), Tally(100, 50)))]
    assert titles == ["fewer_interactions"]
    assert list(engagement(window(Tally(95, 40), Tally(100, 50)))) == []


def test_content_stands_out_when_its_interval_does_not_hold_the_mean() -> None:
    concepts = {"hard": Tally(100, 20), "easy": Tally(100, 95), "rare": Tally(2, 0), "usual": Tally(100, 60)}
    told = {one["title"]: one for one in content(window(Tally(), Tally(), concepts=concepts))}
    assert told["hard_concept"]["evidence"]["concept"] == "hard"
    assert told["easy_concept"]["evidence"]["concept"] == "easy"


def test_every_warning_has_its_threshold_and_needs_five_answers() -> None:
    def kinds(before: Tally, lately: Tally, hints: int = 0, engaged: float | None = None) -> list[str]:
        return [one["type"] for one in alerts_of("ann", before, lately, hints, engaged)]

    assert kinds(Tally(), Tally(10, 2)) == ["low_success"]
    assert kinds(Tally(), Tally(10, 3)) == []
    assert kinds(Tally(), Tally(4, 0)) == []
    assert kinds(Tally(10, 9), Tally(10, 5)) == ["success_drop"]
    assert kinds(Tally(10, 8), Tally(10, 5)) == []
    assert kinds(Tally(5, 5), Tally()) == ["inactive"]
    assert kinds(Tally(), Tally(10, 9), hints=9) == ["high_hint_rate"]
    assert kinds(Tally(), Tally(10, 9), engaged=0.39) == ["low_engagement"]


def test_recommendations_want_certainty() -> None:
    poor = {
        "students": 6, "success_rate": 0.2, "success_interval": [0.1, 0.3], "gain": -0.4, "gain_p_value": 0.01,
        "hint_rate": 0.9, "return_rate": 0.1, "eventual_success": 0.3,
    }  # fmt: skip
    measures = [one["measure"] for one in recommended(("concept", "torque"), poor)]
    assert measures == ["success_rate", "gain", "hint_rate", "return_rate"]
    assert list(recommended(("concept", "torque"), poor | {"students": 4})) == []
    unsure = poor | {"success_interval": [0.1, 0.6], "gain_p_value": 0.2, "hint_rate": 0.1, "return_rate": 0.9}
    assert list(recommended(("concept", "torque"), unsure)) == []


@pytest.mark.parametrize("module", ROUTES)
def test_students_and_viewers_have_no_part_in_it(module: str) -> None:
    roles = endpoint_of(module).roles_of("POST", f"/dashboard/analytics/{ROUTES[module]}")
    assert set(roles) == {"instructor", "analyst", "admin"}


def test_only_analysts_and_admins_train() -> None:
    roles = endpoint_of("learning.train_models").roles_of("POST", "/dashboard/analytics/train-models")
    assert set(roles) == {"analyst", "admin"}
