"""The settings of speech and AI: accounts, servers, models, and which engine does what. Read by `settings.py`."""

import environ

env = environ.Env()

OPENAI_API_KEY = env("OPENAI_API_KEY", default="")
# Any server that speaks OpenAI's protocol; addresses end in /v1. A service may have one of its own.
OPENAI_BASE_URL = env("OPENAI_BASE_URL", default="")
OPENAI_WEBSOCKET_BASE_URL = env("OPENAI_WEBSOCKET_BASE_URL", default="")
OPENAI_TEXT_URL = env("OPENAI_TEXT_URL", default="")
OPENAI_SPEECH_URL = env("OPENAI_SPEECH_URL", default="")
OPENAI_TRANSCRIPTION_URL = env("OPENAI_TRANSCRIPTION_URL", default="")
# Models come and go (OpenAI's deprecations page), so they are settings, never code.
OPENAI_REALTIME_MODEL = env("OPENAI_REALTIME_MODEL", default="gpt-realtime-2.1-mini")  # conversations
OPENAI_REALTIME_AUDIO = env("OPENAI_REALTIME_AUDIO", default="pcmu")  # or "pcm", 24 kHz, for servers without G.711
OPENAI_REALTIME_VOICE = env("OPENAI_REALTIME_VOICE", default="marin")
OPENAI_VOICE_MODEL = env("OPENAI_VOICE_MODEL", default="gpt-realtime-2.1-mini")  # prompts, over Realtime
OPENAI_SPEECH_MODEL = env("OPENAI_SPEECH_MODEL", default="gpt-4o-mini-tts")  # prompts, over /audio/speech
# The voices of a speech server of one's own: names and titles, the usual one first. Empty for OpenAI's.
OPENAI_SPEECH_VOICES = env.dict("OPENAI_SPEECH_VOICES", default={})
OPENAI_TRANSCRIPTION_MODEL = env("OPENAI_TRANSCRIPTION_MODEL", default="gpt-transcribe")
# Whether that model takes `languages` and `keywords`; older ones, and most servers of one's own, take one `language`.
OPENAI_TRANSCRIPTION_TAKES_LISTS = env.bool("OPENAI_TRANSCRIPTION_TAKES_LISTS", default=True)
OPENAI_TEXT_MODEL = env("OPENAI_TEXT_MODEL", default="gpt-6-luna")
OPENAI_TEXT_API = env("OPENAI_TEXT_API", default="responses")  # or "chat", which most servers of one's own speak best
OPENAI_TEXT_EFFORT = env("OPENAI_TEXT_EFFORT", default="none")  # how long it thinks while a caller waits
DEEPGRAM_API_KEY = env("DEEPGRAM_API_KEY", default="")
DEEPGRAM_BASE_URL = env("DEEPGRAM_BASE_URL", default="")
DEEPGRAM_MODEL = env("DEEPGRAM_MODEL", default="nova-3")
DEEPGRAM_KEYTERMS = env.bool("DEEPGRAM_KEYTERMS", default=True)  # models before nova-3 refuse words to expect
ELEVENLABS_API_KEY = env("ELEVENLABS_API_KEY", default="")
ELEVENLABS_BASE_URL = env("ELEVENLABS_BASE_URL", default="")
ELEVENLABS_MODEL = env("ELEVENLABS_MODEL", default="eleven_flash_v2_5")
# The voices of that account that builders may choose: ids and titles, the usual one first.
ELEVENLABS_VOICES = env.dict("ELEVENLABS_VOICES", default={"21m00Tcm4TlvDq8ikWAM": "Rachel"})

# The usual engine for each ability, by its name in streams/engines.py: the best that there is a key for.
_openai = "openai" if OPENAI_API_KEY or OPENAI_BASE_URL else ""
_deepgram = "deepgram" if DEEPGRAM_API_KEY else ""
_elevenlabs = "elevenlabs" if ELEVENLABS_API_KEY else ""
SYNTHESIZER_ENGINE = env("SYNTHESIZER_ENGINE", default=_elevenlabs or _openai or "local")
TRANSCRIBER_ENGINE = env("TRANSCRIBER_ENGINE", default=_deepgram or _openai or "local")
AGENT_ENGINE = env("AGENT_ENGINE", default="openai_realtime" if _openai else "local")
AGENT_FALLBACKS = env.list("AGENT_FALLBACKS", default=["cascade"] if _openai else [])  # when that one fails
UNDERSTANDER_ENGINE = env("UNDERSTANDER_ENGINE", default=_openai)
SUMMARIZER_ENGINE = env("SUMMARIZER_ENGINE", default=_openai or "local")
MOOD_ENGINE = env("MOOD_ENGINE", default=SUMMARIZER_ENGINE)  # how calls go while they do; "local" counts words
MOOD_JUDGEMENTS = env.int("MOOD_JUDGEMENTS", default=60)  # of a model on one call; from then on words are counted
SPEECH_PROCESSES = env.int("SPEECH_PROCESSES", default=1)  # offline recogniser; it holds its interpreter while it works
