"""The page Assign: documents are dealt to people, and how far each is."""
