"""How often a caller may ask: `rules` says it, `bucket` judges, `buckets` keeps count, `lots` saves writes, `limiter`
stands at the door."""
