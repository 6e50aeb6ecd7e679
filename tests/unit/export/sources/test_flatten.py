"""Any answer is rows of its values, each with where it stands."""

from belvedere.export.sources.flatten import flattened

ANSWER = {
    "time_range": {"start": "2025-01-01T00:00:00Z", "preset": None},
    "summary": {"total": 3, "rate": 0.5, "deep": {"er": [1, "x"]}},
    "agents": [{"name": "a", "good": True}, {"name": "b", "good": False}],
    "empty": [],
    "as_of": "now",
}


def test_every_value_is_one_row_in_the_order_of_the_answer() -> None:
    assert list(flattened(ANSWER)) == [
        ("time_range", None, "start", None, "2025-01-01T00:00:00Z"),
        ("time_range", None, "preset", None, None),
        ("summary", None, "total", 3, None),
        ("summary", None, "rate", 0.5, None),
        ("summary", None, "deep.er.0", 1, None),
        ("summary", None, "deep.er.1", None, "x"),
        ("agents", 0, "name", None, "a"),
        ("agents", 0, "good", None, "true"),
        ("agents", 1, "name", None, "b"),
        ("agents", 1, "good", None, "false"),
        ("as_of", None, None, None, "now"),
    ]


def test_an_answer_that_is_a_list_has_one_section() -> None:
    assert list(flattened([{"n": 1}, 2])) == [("answer", 0, "n", 1, None), ("answer", 1, None, 2, None)]
