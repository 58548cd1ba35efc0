"""OpenAI over HTTP and its plain sockets: text, voice, ears."""
