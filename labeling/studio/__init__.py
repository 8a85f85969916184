"""The client of a Studio API, any of them; knows nothing of drafts."""
