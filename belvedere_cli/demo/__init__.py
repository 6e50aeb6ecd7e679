"""`belvedere demo`: a simulated school and a simulated team, which know what the boards should say."""
