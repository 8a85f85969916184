"""Labeling sessions: the values, the rules, the client and the embedded server."""
