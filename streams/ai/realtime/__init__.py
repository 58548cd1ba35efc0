"""OpenAI Realtime: a conversation, speech to speech."""
