"""Drafts kept durably, the tabs of a person in step."""
