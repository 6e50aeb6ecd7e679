"""The learning board's documented answers, made of the engine's."""
