"""The lines of a test call as people are told of them, each with what it is for."""

MAY_WRITE: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "When the call comes (first)",
        (
            ("calls on 25 December 2026 at 18:05 from +34911234567", "Leave out what does not matter."),
            ("calls on Monday at 10:00", "On the clock of your opening hours."),
            ("calls from a caller who called 3 times before", ""),
        ),
    ),
    (
        "What the caller does",
        (
            ("caller presses 2", "Or several keys: caller presses 123456#"),
            ('caller says "billing"', "Once the line waits for an answer."),
            ("caller says nothing", "Until the step has waited long enough."),
            ("caller waits 4 seconds", "What comes next is done at that moment."),
            ("caller hangs up", ""),
        ),
    ),
    (
        "What you expect",
        (
            ('hears "billing"', "Words within what callers heard since they last did something."),
            ('goes to "Sales"', "The name of a step."),
            ('ends at "Sales"', "Where the call ended, was put through, or waits."),
            ("ends", "The call is over."),
            ("notes a call back", "The caller will be called back."),
        ),
    ),
    (
        "How everybody else behaves",
        (
            ('"Support desk" is busy', "Or: does not answer, answers, cannot be reached."),
            ('AI ends with "Could not help"', "One of the ends of the AI step."),
            ('AI says "Let me see."', ""),
            ('AI puts the caller through to "Support desk"', ""),
            ("AI fails", "No assistant can be reached."),
            ('AI looks up "Order status" with order = 4711', ""),
            ('lookup "Order status" finds status = shipped', 'Or: lookup "Order status" finds nothing'),
            ('lookup "Order status" fails', "It cannot be done now."),
            ('"my parcel" means "Shipping"', "What a language model makes of words."),
            ("message of 12 seconds", "How long the recorded message is; 0 for none."),
            ("text messages are refused", ""),
        ),
    ),
)
