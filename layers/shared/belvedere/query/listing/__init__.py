"""Lists raw events page by page: any page costs about the same, wherever it is, and the whole is counted, not read."""
