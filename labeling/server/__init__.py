"""The embedded server: the Studio API over SQLite or PostgreSQL, so that Tagwright runs with no account."""
