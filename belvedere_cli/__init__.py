"""The `belvedere` command: what works against any deployment, and the local stack beside it."""
