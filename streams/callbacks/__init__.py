"""Calling callers back: what they asked for, when it may be, each call once, and what became of it."""
