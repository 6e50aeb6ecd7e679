"""The only code that talks to DynamoDB: clients, keys, and tables as one workspace sees them."""
