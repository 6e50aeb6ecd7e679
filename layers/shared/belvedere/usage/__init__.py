"""What each workspace uses: requests, events, units and money by UTC day and route.

`ledger` adds up in the process and writes now and then, `report` reads it back by day, `totals` since the beginning.
`notes` is how code in the middle of a request counts something that only it knows, times too, and `exposition` shows
numbers to Prometheus.
"""

from belvedere.usage.notes import begin, note, taken

__all__ = ["begin", "note", "taken"]
