"""The KPIs of a team: statistics over a window, how they are judged, and what they say in words."""
