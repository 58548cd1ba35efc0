"""Showing a call to people who may not see all of it: what is hidden, links that are shared, and who looked behind."""
