"""What a gesture means, as a step on the draft; pure."""
