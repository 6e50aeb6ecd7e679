"""Gives an API of the embedded emulator its CORS rules.

CloudFormation there keeps them under CloudFormation's names (`AllowOrigins`) while the API looks for its own
(`allowOrigins`), so without this a browser on another origin is refused. Harmless to repeat.
"""

import json
import urllib.request

from infra.local.settings import LocalSettings


def apply(api_id: str, settings: LocalSettings) -> None:
    """Write the API's own CORS configuration again under the names it is read by."""
    url = f"{settings.emulator_url}/v2/apis/{api_id}"
    with urllib.request.urlopen(url) as response:
        stored = json.load(response).get("corsConfiguration") or {}
    renamed = {name[0].lower() + name[1:]: value for name, value in stored.items()}
    if renamed != stored:
        body = json.dumps({"corsConfiguration": renamed}).encode()
        request = urllib.request.Request(url, data=body, method="PATCH", headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request).close()
