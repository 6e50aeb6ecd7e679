"""Sessions of assistants: as they are stored, listed, announced, priced and summed up."""
