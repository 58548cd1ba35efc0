"""Engines of our own: offline, free, and no AI; they say so."""
