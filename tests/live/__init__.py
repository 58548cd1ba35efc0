"""Tests against the vendors themselves: only for whoever has a key, and asks for them. They cost money."""
