"""Export jobs of a deployment, followed from this machine until their file is here."""
