"""The board's insights: findings that somebody can dismiss, each computed from what a team did."""
