"""The front door: one address for what API Gateway serves, HTTP and WebSocket, as a process of its own."""
