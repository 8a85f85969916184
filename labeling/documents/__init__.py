"""The documents of a session, read from the server and seen as the draft has them."""
