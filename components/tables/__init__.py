"""Segments as editable tables: of a document, and of the whole session."""
