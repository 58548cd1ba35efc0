"""Calls that we order of the carrier: each order is given once, and what became of it is asked before it is given
again. Call-backs and call lists rest on it."""
