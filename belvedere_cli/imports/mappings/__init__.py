"""Mappings of rows: a kind of file of which each row is an event is one module here and a row of `imports/kinds.py`."""

from belvedere_cli.imports.mappings.base import Row, RowError, RowMapping

__all__ = ["Row", "RowError", "RowMapping"]
