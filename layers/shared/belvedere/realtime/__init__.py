"""Who listens: open connections, kept in State with a TTL."""
