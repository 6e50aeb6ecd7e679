"""How an event enters: read the body, check each event, insert it once, say what became of it."""
