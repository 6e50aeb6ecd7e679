"""Writers of files: `writer` is the protocol, one module a format implements it, `formats` is the table of them."""
