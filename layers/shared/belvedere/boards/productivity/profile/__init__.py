"""A developer profile: who it is of, badges, and six scores."""
