"""A save: planned, merged, sent, proved, made the new base."""
