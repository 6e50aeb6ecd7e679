"""What is built from the template and the sources, and how it becomes a stack."""
