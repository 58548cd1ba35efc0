"""Sound as bytes: G.711, playing at the right time, hearing speech begin and end, rendered prompts."""
