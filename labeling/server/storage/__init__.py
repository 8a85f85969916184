"""Every SQL statement of the server, by resource."""
