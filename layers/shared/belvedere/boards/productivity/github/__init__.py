"""What GitHub tells, asked or calling, as the board's events."""
