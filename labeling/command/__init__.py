"""The command `python -m labeling`: files from one format to another, and sessions to files."""
