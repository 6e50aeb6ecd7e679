"""HTTP as the functions see it: everything that an endpoint module imports, in one place.

FastAPI's own names are passed on from here, so that it is always imported the lean way.
"""

import belvedere.http.lean_fastapi  # noqa: F401

# isort: split
from fastapi import Body, Header, Path, Query, Request, Response

from belvedere.http.dependencies import CallerDep, address_of
from belvedere.http.endpoint import Endpoint
from belvedere.http.errors import cache_errors
from belvedere.http.exchange import stage

__all__ = [
    "Body", "CallerDep", "Endpoint", "Header", "Path", "Query", "Request", "Response", "address_of", "cache_errors",
    "stage",
]  # fmt: skip
