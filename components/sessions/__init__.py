"""The page Sessions: the list, a session's names and documents, drafts that were left."""
