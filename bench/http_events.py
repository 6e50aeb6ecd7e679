"""Requests as API Gateway's HTTP API hands them to a Lambda function."""

from typing import Any

KEY = "bv_read_" + "r" * 43


def get(path: str, query: str = "") -> dict[str, Any]:
    """A GET with the benchmark's key."""
    return {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": {"x-api-key": KEY, "accept": "application/json"},
        "requestContext": {
            "http": {"method": "GET", "path": path, "sourceIp": "192.0.2.7", "userAgent": "bench"}, "requestId": "r"
        },
        "isBase64Encoded": False,
    }  # fmt: skip
