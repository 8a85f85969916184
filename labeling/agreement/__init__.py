"""Do several people agree: which tag of one is which tag of another, and every figure read off that. Pure."""
