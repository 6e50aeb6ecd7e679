"""Health, audit, warm-up, and the answer for unknown routes."""
