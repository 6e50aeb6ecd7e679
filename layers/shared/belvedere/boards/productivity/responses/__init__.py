"""The productivity board's documented answers, made of the engine's."""
