"""What each HTTP endpoint is, said once: its routes, who may call it, what it keeps and what it reads.

A board declares its endpoints in `boards/<board>/endpoints.py`; those of no board are here. A handler module binds a
declaration to its code; routes, permissions, functions, warm-ups, samples and tables of documents follow from it
(`make generate`).
"""
