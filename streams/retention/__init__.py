"""How long what calls leave is kept, and how a caller is forgotten. Money is never removed."""
