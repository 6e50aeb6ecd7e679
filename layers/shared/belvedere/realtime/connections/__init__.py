"""WebSocket connections: who opened them, what they may hear and listen to, and how they end."""
