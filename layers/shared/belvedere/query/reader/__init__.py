"""From a plan to an answer: rows, day pages and top-k are read side by side, merged and finished."""
