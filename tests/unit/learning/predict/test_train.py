"""The model learns what there is to learn: it beats each concept's mean on what came later."""

import random
import re
from collections.abc import Iterable

import pytest

from belvedere.boards.learning.predict.model import Model, packed, unpacked
from belvedere.boards.learning.predict.train import Happening, concept_means, samples, trained
from tests.unit.docs.markdown import rows, section
from tests.unit.learning.predict.worlds import LOG, simulated, tutoring_log


def learnt(happenings: Iterable[Happening]) -> Model:
    model = trained(happenings, now=1, data="d")
    assert model is not None
    return model


@pytest.fixture(scope="module")
def school() -> Model:
    return learnt(simulated())


def test_it_beats_the_concepts_means_on_the_simulated_school(school: Model) -> None:
    report = school.report
    assert report.beats_baseline
    assert report.model.auc is not None
    assert report.baseline.auc is not None
    assert report.model.auc > report.baseline.auc + 0.03
    assert report.model.log_loss < report.baseline.log_loss - 0.01
    assert report.model.brier < report.baseline.brier
    assert report.model.calibration_error < 0.06


@pytest.mark.skipif(not LOG.exists(), reason="the tutoring log is not part of the project")
def test_it_does_on_the_tutoring_log_what_the_document_says() -> None:
    report = learnt(tutoring_log()).report
    table = rows(section("docs/metrics.md", "### How good it is"))
    told = {name: [float(re.sub(r"[^\d.]", "", cell)) for cell in cells] for name, cells in table.items()}
    for name, field in {"AUC": "auc", "log loss": "log_loss", "Brier": "brier", "ECE": "calibration_error"}.items():
        found = [getattr(report.model, field), getattr(report.baseline, field)]
        assert told[name] == pytest.approx(found, abs=0.0006)
    assert report.beats_baseline
    assert (report.trained_on, report.tested_on) == (8_991, 2_248)


def test_the_same_data_give_the_same_model_in_any_order(school: Model) -> None:
    shuffled = list(simulated())
    random.Random(1).shuffle(shuffled)
    assert learnt(shuffled) == school


def test_the_test_is_about_later_interactions_only() -> None:
    happenings = simulated()
    report = learnt(happenings).report
    answers = sorted(happening.time for happening in happenings if happening.success is not None)
    assert report.split_at == answers[report.trained_on]
    assert report.trained_on == int(len(answers) * 0.8)
    assert report.trained_on + report.tested_on == len(answers)


def test_a_sample_knows_nothing_of_its_own_outcome() -> None:
    first = [Happening(1, "a", "u", "c", True), Happening(2, "b", "u", "c", True)]
    other = [Happening(1, "a", "u", "c", True), Happening(2, "b", "u", "c", False)]
    assert [sample.features for sample in samples(first)] == [sample.features for sample in samples(other)]


def test_too_little_of_anything_gives_no_model() -> None:
    happenings = simulated()
    assert trained([], now=1, data="d") is None
    assert trained(happenings[:200], now=1, data="d") is None
    assert trained([happening._replace(success=True) for happening in happenings], now=1, data="d") is None


def test_the_baseline_by_hand() -> None:
    seen = samples([Happening(n, str(n), "u", "c" if n < 3 else None, n != 1) for n in range(4)])
    assert concept_means(seen) == {"c": (2 + 0.75) / 4, None: 0.75}


def test_a_model_is_kept_as_it_is_and_another_format_is_none(school: Model) -> None:
    assert unpacked(packed(school)) == school
    assert len(packed(school)) < 20_000
    other = Model(school.predictor, school.training, school.report, 1, "d", format=0)
    assert unpacked(packed(other)) is None


def test_an_interval_holds_its_value_and_narrows_with_what_is_known(school: Model) -> None:
    concept = next(iter(school.predictor.effects))
    features = samples(simulated())[500].features
    known = school.predictor.predicted([(1.0, concept, features)])
    unknown = school.predictor.predicted([(1.0, "never-seen", features)])
    assert 0 < known.low < known.value < known.high < 1
    assert unknown.high - unknown.low > known.high - known.low


def test_contributions_and_what_is_typical_add_up_to_the_logit(school: Model) -> None:
    model = school.predictor
    sample = samples(simulated())[500]
    effect = model.effects[str(sample.concept)].logit
    typical = sum(weight * mean for weight, mean in zip(model.weights, model.typical, strict=True))
    logit = sum(weight * value for weight, value in zip(model.weights, sample.features, strict=True)) + effect
    parts = model.predicted([(1.0, sample.concept, sample.features)]).contributions
    assert typical + sum(parts.values()) == pytest.approx(logit)
    assert parts["concept_difficulty"] == effect


def test_the_mean_over_concepts_is_the_mean_of_their_chances(school: Model) -> None:
    features = samples(simulated())[500].features
    one, other = list(school.predictor.effects)[:2]
    apart = [school.predictor.predicted([(1.0, name, features)]).value for name in (one, other)]
    both = school.predictor.predicted([(0.25, one, features), (0.75, other, features)])
    assert both.value == pytest.approx(0.25 * apart[0] + 0.75 * apart[1])
    assert both.low < both.value < both.high
