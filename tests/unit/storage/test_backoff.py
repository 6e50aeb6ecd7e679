"""Pauses between attempts grow, and no two are alike."""

from belvedere.storage.backoff import pause_s


def test_each_pause_is_half_to_all_of_twice_the_one_before() -> None:
    for attempt, most in enumerate((0.05, 0.1, 0.2, 0.4)):
        pauses = [pause_s(0.05, attempt) for _ in range(100)]
        assert all(most / 2 <= pause <= most for pause in pauses)
        assert len(set(pauses)) > 50
