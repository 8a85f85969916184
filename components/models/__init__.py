"""Models of a project: trained, described, used for correction sessions."""
