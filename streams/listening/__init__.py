"""Listening in on a call between people: both voices become text as they speak, with their mood and what was promised.

The carrier sends a copy of the audio on a unidirectional stream; nothing is ever sent back. What is found out is kept
in the call's log, each line with `at` in seconds since the call was answered:

| kind | data |
| --- | --- |
| `listening_began` | `stream`, `engine`: a stream beside a conversation was tied to its call |
| `listening_ended` | `stream`, `why` |
| `listening_broke` | `stream`: the carrier lost its connection with us, while the talk went on |
| `listening_left_out` | `why`: callers were put through without it, in a sentence |
| `overheard` | `who`, `text`, `began`, `ended` (as `at`), `confidence`, `stream`: one final utterance (1) |
| `listening_lost` | `who`, `seconds`, `began`, `stream`: audio that nobody understood (2) |
| `listening_deaf` | `who`, `why`, `stream`: nobody writes down this speaker any more |
| `mood` | `who`, `mood` (as in a summary), `score` (-1 to 1), `topics`, `by` (who judged, in words), `stream` |
| `cue` | `cue` (its key), `name`, `who`, `text`: something that operations wait for; `alerts`, `stream` |

(1) With `unfinished`: the call's end cut it short; its words may have changed, and `confidence` is 0.

(2) No recogniser was there, or fast enough, or only one of keywords; with `why` where one failed before.

`mood` and `cue` are also found in what callers say to the line itself: then they name no `stream`.

`who` is `caller` or `person`, whoever talks with the caller. Words that are not final yet are news for the desk only.
"""

CALLER, PERSON = "caller", "person"
WHO = {"inbound": CALLER, "outbound": PERSON}  # by the carrier's name of the track
