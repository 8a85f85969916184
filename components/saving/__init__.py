"""Unsaved changes, their history, and what a save says."""
