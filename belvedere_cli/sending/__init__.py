"""How the local tools send: events to `POST /v1/events`, and what belongs to the directory."""
