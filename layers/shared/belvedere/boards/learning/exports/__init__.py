"""What can be exported of the learning board: `asked` settles the request, and each kind of data makes its sheet."""
