"""What a call means, as pure values: what may be sent and asked, and what a change makes of a session."""
