"""From a question to an answer: resolve the range, plan the rows, read them in parallel, merge, finish."""
