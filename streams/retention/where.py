"""Where data about people lies: every field of every table that can hold words, and which kind it belongs to.

A field that is added anywhere must find its line here, or a test fails: what is forgotten when is decided with it.
"""

# What is about a caller: model.field, and the kind of `kinds.KINDS` that removes it; `caller`: an erasure alone.
PERSONAL: dict[str, str] = {
    "streams.Call.caller": "numbers",
    "streams.Call.called": "numbers",  # of outbound calls
    "streams.Call.state": "words",  # answers that were typed or said
    "streams.Call.pending": "words",
    "streams.Call.finalise_error": "words",  # what an engine said may quote
    "streams.CallEvent.data": "words",  # what was overheard too, and the moods and cues made of it
    "streams.Utterance.text": "transcripts",
    "streams.CueMark.text": "transcripts",
    "streams.Talk.found": "transcripts",
    "streams.RecordingPiece.caller": "recordings",
    "streams.RecordingPiece.line": "recordings",
    "streams.RecordingPiece.peaks": "recordings",
    "streams.CallSummary.text": "summaries",
    "streams.CallSummary.intent": "summaries",
    "streams.CallSummary.mood": "summaries",
    "streams.CallSummary.moods": "summaries",
    "streams.CallSummary.mood_start": "summaries",
    "streams.CallSummary.mood_end": "summaries",
    "streams.CallSummary.topics": "summaries",
    "streams.CallSummary.follow_up": "summaries",
    "streams.CallNote.text": "messages",
    "streams.CallNote.caller": "numbers",
    "streams.TextMessage.to": "numbers",
    "streams.TextMessage.text": "messages",
    "streams.CallbackRequest.number": "numbers",
    "streams.CallbackRequest.about": "messages",
    "streams.CallbackAttempt.number": "numbers",
    "streams.Callee.number": "numbers",
    "streams.Callee.name": "numbers",
    "streams.Callee.answers": "numbers",
    "streams.OutboundAttempt.number": "numbers",
    "streams.CallFigures.caller_hash": "numbers",
    "streams.CarrierMessage.body": "carrier",
    "streams.CarrierMessage.reply": "carrier",
    "streams.CarrierMessage.error": "carrier",
    "streams.CarrierRecord.from_number": "numbers",
    "streams.CarrierRecord.to_number": "numbers",
    "streams.CarrierRecord.raw": "numbers",
    "streams.UnreadableRecord.raw": "numbers",
    "flows.TestCall.lines": "caller",  # made from a call by a person, who keeps it
    "flows.DraftRevision.content": "caller",  # holds test calls as they were
}

# What stays although it is about somebody, and why.
KEPT: dict[str, str] = {
    "streams.DoNotCall.number": "They asked not to be called; who is forgotten would be called again.",
    "streams.DoNotCall.reason": "It says why the number is refused.",
}

# Tables without a caller in them: what builders write, how engines do, what things cost.
OF_NOBODY = frozenset(
    {
        *("flows.Flow", "flows.Step", "flows.Exit", "flows.Lookup", "flows.FlowVersion", "flows.PhoneNumber"),
        *("flows.GoLive", "flows.PlannedGoLive", "flows.Destination", "flows.OpeningHours", "flows.OpenPeriod"),
        *("flows.Holiday", "flows.PromptAudio", "flows.PromptRecording", "flows.Publication", "flows.Waiver"),
        *("streams.Stream", "streams.StreamEvent", "streams.AgentTurn", "streams.StepVisit", "streams.Rate"),
        *("streams.Charge", "streams.EngineTrouble", "streams.EngineTest", "streams.Rehearsal"),
        *("streams.LedgerEntry", "streams.LegEvent", "streams.Period", "streams.Settlement"),
        *("streams.LinkOpening", "streams.ListenOrder", "streams.Cue", "streams.FlowSwitch", "streams.Announcement"),
        *("streams.BookDay", "streams.DayAccount", "streams.AwaitedRecord", "streams.ReconcilingNote"),
        *("streams.Alert", "streams.AlertEndpoint", "streams.AlertNotice", "streams.AlertRule", "streams.Budget"),
        *("streams.DayFigures", "streams.StepFigures", "streams.Tally", "streams.RollUps", "streams.ApiToken"),
        *("streams.MorningMail", "streams.MorningSent", "streams.Export"),  # files of exports go with an erasure
        *("streams.Heartbeat", "streams.RetentionRule", "streams.RetentionRun", "streams.Gone", "streams.Erasure"),
    }
)

# Fields of the other tables that hold nothing of a caller: names, states, digests.
NOT_PERSONAL = frozenset(
    {
        *(f"flows.TestCall.{name}" for name in ("name", "plays", "origin")),
        "flows.DraftRevision.what",
        *(f"streams.Call.{name}" for name in ("call_uuid", "direction", "status", "outcome", "outcome_kind")),
        *(f"streams.Call.{name}" for name in ("ended_by", "hangup_cause", "token_digest", "summary_asked_for")),
        "streams.Call.process",
        *(f"streams.CallEvent.{name}" for name in ("kind", "step")),
        *(f"streams.Utterance.{name}" for name in ("who", "step")),
        *(f"streams.CueMark.{name}" for name in ("key", "name", "who")),
        *(f"streams.Talk.{name}" for name in ("promises_by", "digest")),
        *(f"streams.CallSummary.{name}" for name in ("written_by", "prompt_version", "transcript_digest")),
        *(f"streams.CallNote.{name}" for name in ("dedupe_key", "what")),
        *(f"streams.TextMessage.{name}" for name in ("name", "status", "sid", "error")),
        *(f"streams.CallbackRequest.{name}" for name in ("dedupe_key", "ours", "destination", "hours", "state")),
        *("streams.CallbackRequest.problem", "streams.CallbackAttempt.token", "streams.CallbackAttempt.request_uuid"),
        *("streams.CallbackAttempt.result", "streams.CallbackAttempt.why"),
        *(f"streams.CallList.{name}" for name in ("name", "company", "calls_for", "weekdays", "machines", "state")),
        *("streams.CallList.why", "streams.Callee.zone", "streams.Callee.state", "streams.Callee.problem"),
        *(f"streams.OutboundAttempt.{name}" for name in ("token", "request_uuid", "result", "why")),
        *(f"streams.CallFigures.{name}" for name in ("number", "language", "mood_start", "mood_end", "ears")),
        *(f"streams.CarrierMessage.{name}" for name in ("dedupe_key", "kind", "call_uuid")),
        *(f"streams.CarrierRecord.{name}" for name in ("kind", "carrier_id", "call_uuid", "parent_uuid", "digest")),
        *("streams.RecordingPlay.who", "streams.RecordingPlay.how"),  # somebody of ours
        *(f"streams.UnreadableRecord.{name}" for name in ("kind", "call_uuid", "why", "digest")),
        *("streams.CarrierRecord.direction", "streams.CarrierRecord.currency"),
        # who was shown a call, and why, outlives what they were shown
        *(f"streams.SharedLink.{name}" for name in ("call_named", "digest", "note", "made_by", "revoked_by")),
        *(f"streams.Unmasking.{name}" for name in ("call_named", "seen_by", "what", "reason")),
        *(f"streams.DeskAct.{name}" for name in ("done_by", "call_named", "flow_named", "act", "data")),
    }
)
