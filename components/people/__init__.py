"""The page People: who works in a project, and who is invited."""
