"""Equal requests are one job; the occasion is a key of the client's, or the minute."""

import pytest

from belvedere.clock import MINUTE_MS
from belvedere.errors import Invalid
from belvedere.export.jobs.identity import JOB_ID, job_id_of
from belvedere.export.jobs.job import Owner
from tests.unit.export.jobs.jobs import KEY

NOW = 1_000 * MINUTE_MS
BODY = {"format": "csv", "data_types": ["a"], "date_range": {"start": "2025-01-01", "end": "2025-01-02"}}


def test_equal_requests_within_a_minute_are_one_job_whatever_the_order_of_their_fields() -> None:
    turned = dict(reversed(BODY.items()))
    assert job_id_of("demo", KEY, BODY, None, NOW) == job_id_of("demo", KEY, turned, None, NOW + MINUTE_MS - 1)
    assert JOB_ID.fullmatch(job_id_of("demo", KEY, BODY, None, NOW))


def test_with_an_idempotency_key_the_time_does_not_matter() -> None:
    assert job_id_of("demo", KEY, BODY, "k", NOW) == job_id_of("demo", KEY, BODY, "k", NOW + 99 * MINUTE_MS)


def test_a_person_is_known_by_name_and_not_by_the_token_of_the_hour() -> None:
    first, later = (Owner(key_id=f"token_{n}", scope="read", user="ada", role="analyst") for n in (1, 2))
    assert job_id_of("demo", first, BODY, "k", NOW) == job_id_of("demo", later, BODY, "k", NOW)


def test_whatever_differs_is_another_job() -> None:
    ada = Owner(key_id="key_1", scope="read", user="ada", role="analyst")
    later_ada = Owner(key_id="key_1", scope="read", user="ada", role="analyst", stamp="another")
    different = {
        job_id_of("demo", KEY, BODY, None, NOW),
        job_id_of("other", KEY, BODY, None, NOW),
        job_id_of("demo", ada, BODY, None, NOW),
        job_id_of("demo", later_ada, BODY, None, NOW),
        job_id_of("demo", KEY, BODY | {"format": "json"}, None, NOW),
        job_id_of("demo", KEY, BODY, None, NOW + MINUTE_MS),
        job_id_of("demo", KEY, BODY, "1000", NOW),
    }
    assert len(different) == 7


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_of_no_use_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match=r"^Idempotency-Key: "):
        job_id_of("demo", KEY, BODY, key, NOW)
