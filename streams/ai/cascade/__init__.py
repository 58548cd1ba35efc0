"""A conversation made of a transcriber, a text model and a voice."""
