"""The lean path: reads of DynamoDB without botocore's way around each call, and botocore's own way where that fails."""
