"""What the pages are made of: each module draws one thing that a person sees."""
