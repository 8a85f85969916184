"""What opens beside the text: checks, every occurrence, pasted rows."""
