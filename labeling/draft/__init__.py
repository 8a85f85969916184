"""What one person changed of a session, over what the server holds; pure."""
