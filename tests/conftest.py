"""Fixtures of every test. Nothing here reaches the network."""
