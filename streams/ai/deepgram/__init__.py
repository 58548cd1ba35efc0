"""Deepgram's live transcription."""
