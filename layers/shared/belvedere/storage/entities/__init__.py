"""The items of Directory and State that are written off the hot paths, declared as PynamoDB models.

A model says which attributes an item has and of which kind, and checks it when it is written: an attribute that is not
declared is refused. Of PynamoDB only the public part is used that makes items of models and models of items; requests
are made by this process's own metered client (`store`), with its retries. What is on a hot path (the lookup of a key or
a person, what a request reads of the Directory, the fold, ingest, connections, the cache) reads and writes plain items
and does not import PynamoDB, which takes 10 ms.
"""
