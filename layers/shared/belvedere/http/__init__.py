"""HTTP as the functions see it: an endpoint, its caller, and the answers it gives."""

from belvedere.http.dependencies import CallerDep
from belvedere.http.endpoint import Endpoint
from belvedere.http.exchange import stage

__all__ = ["CallerDep", "Endpoint", "stage"]
