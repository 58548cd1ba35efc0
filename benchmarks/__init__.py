"""Measures of the live path. Nothing here runs in the tests; numbers depend on the machine, ratios much less."""
