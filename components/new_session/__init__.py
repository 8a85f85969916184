"""The page New session: from what people have to a session made."""
