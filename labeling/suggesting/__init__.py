"""Tags that are suggested while somebody annotates."""
