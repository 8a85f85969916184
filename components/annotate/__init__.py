"""The page Annotate: the list, the text and the ways between documents."""
