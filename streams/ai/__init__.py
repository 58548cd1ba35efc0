"""Speech and AI engines behind the protocols of `provider`."""
