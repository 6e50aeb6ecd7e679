"""The table of formats: names, files, options, and refusals that say what there is."""

import io

import pytest

from belvedere.errors import Invalid
from belvedere.export.writers.formats import (
    FORMATS,
    check_options,
    file_name,
    format_of,
    framing,
    media_type,
    merge,
    writer_for,
)
from belvedere.export.writers.writer import WriterOptions
from tests.unit.export.tables import COLUMNS


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(Invalid, match=r"format: 'pdf' is not one of json, ndjson, csv, excel, parquet"):
        format_of("pdf")


def test_an_option_that_a_format_does_not_have_is_refused_with_those_that_do() -> None:
    with pytest.raises(Invalid, match=r"bom: is for csv; json has no such option"):
        writer_for("json", WriterOptions(bom=True))
    with pytest.raises(Invalid, match=r"compress: is for json, ndjson, csv; excel"):
        check_options(FORMATS["excel"], WriterOptions(gzip=True))
    with pytest.raises(Invalid, match=r"include_headers: is for csv, excel; ndjson"):
        check_options(FORMATS["ndjson"], WriterOptions(headers=False))


def test_files_are_named_and_typed_by_what_is_in_them() -> None:
    csv = FORMATS["csv"]
    assert (file_name("a", csv), media_type(csv)) == ("a.csv", "text/csv; charset=utf-8")
    packed = WriterOptions(gzip=True)
    assert (file_name("a", csv, packed), media_type(csv, packed)) == ("a.csv.gz", "application/gzip")


@pytest.mark.parametrize("name", FORMATS)
def test_parts_are_either_put_behind_each_other_or_merged(name: str) -> None:
    if framing(name, COLUMNS) is None:
        assert merge(name, [], io.BytesIO(), COLUMNS) == 0
    else:
        with pytest.raises(ValueError, match="one behind the other"):
            merge(name, [], io.BytesIO(), COLUMNS)
