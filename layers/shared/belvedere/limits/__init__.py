"""How often a caller may ask: `rules` says it, `bucket` judges, `buckets` keeps count, `limiter` stands at the door."""
