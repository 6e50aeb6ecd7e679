"""The version of the API, as `/` and the OpenAPI document tell it; boards whose contract names its own keep that."""

VERSION = "1.0.0"
