"""What is wrong with segments, and the steps that put it right; pure."""
