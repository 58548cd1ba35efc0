"""The other end of the line: plays the carrier's side, for the command line, the browser, tests and load."""
