"""The advanced analytics of the learning board: prediction, comparison, content, statistics and insights."""
