"""How names of attributes say each counter, where they are short: in cells of entities, and in quarters of hours."""

LEARNING = {
    "count": "n", "success": "s", "response_time": "r", "response_time_n": "R",
    "success_time": "t", "success_time_n": "T",
}  # fmt: skip
TEAM = {
    "count": "n", "accepted": "a", "accepted_n": "A", "failed": "f", "tokens_in": "i", "tokens_out": "o", "cost": "c",
    "latency": "t", "latency_n": "T", "accepted_tokens": "k", "accepted_lines": "l", "accepted_lines_n": "L",
    "diff_ratio": "d", "diff_ratio_n": "D", "close_match": "m",
}  # fmt: skip
SHORT = LEARNING | TEAM  # no name has two
