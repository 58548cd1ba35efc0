"""A month of calls and what they cost, for who pays for them, as a PDF."""
