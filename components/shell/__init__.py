"""What every page begins with: the person, their place, their drafts, and what they are told."""
