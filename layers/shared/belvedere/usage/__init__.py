"""What each workspace uses: requests, events, units and money by UTC day and route.

`ledger` adds up in the process and writes now and then, `report` reads it back, `notes` is how code in the middle of a
request counts something that only it knows.
"""

from belvedere.usage.notes import note, taken

__all__ = ["note", "taken"]
