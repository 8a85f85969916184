"""The page Review: progress, tags by class and label, each with its documents."""
