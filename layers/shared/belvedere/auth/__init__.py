"""Who asks, and what their key lets them do. `caller` is the request path; `keys` makes and revokes keys."""
