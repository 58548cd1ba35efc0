"""What each figure of a report means and how it is made: the one table that pages, lists and their words rest on.

The keys are the names of the counts in `figures.asked`, where a list of calls stands behind each.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """`title` names the figure, `calls` the calls behind it (STEP stands for a step’s name). `says` is what it means,
    `formula` how it is made."""

    title: str
    calls: str
    says: str
    formula: str = ""


DEFINITIONS: dict[str, Definition] = {
    "offered": Definition(
        "Calls",
        "all calls",
        "Everybody who called, answered or not. Test calls are not among them.",
        "calls that came in",
    ),
    "answered": Definition("Answered", "answered", "The line picked up.", "calls that the line picked up"),
    "short": Definition(
        "Short", "ended within 5 s", "Answered, but over within 5 seconds: mostly wrong numbers.", "answered, under 5 s"
    ),
    "entered": Definition(
        "Entered",
        "entered the line",
        "Answered and not over within 5 seconds. Shares are of these.",
        "answered − short",
    ),
    "goals": Definition(
        "Reached a goal", "reached a goal", "The caller came to what the flow is for.", "calls with a goal"
    ),
    "contained": Definition(
        "Contained",
        "met no person",
        "Calls that were not put through to a person. Callers who gave up are among them, so it flatters.",
        "(entered − put through) ÷ entered",
    ),
    "truly_contained": Definition(
        "Truly contained",
        "truly contained",
        "Reached a goal, met no person, and did not call again within 7 days.",
        "(reached a goal, met no person, no call again within 7 days) ÷ entered",
    ),
    "asked_person": Definition(
        "Asked for a person",
        "asked for a person",
        "The caller asked for a person, by key or by word, whether or not there was one.",
        "asked for a person ÷ entered",
    ),
    "transferred": Definition(
        "Put through", "put through", "The call was handed to a person or another number.", "put through ÷ entered"
    ),
    "gave_up": Definition(
        "Gave up",
        "gave up",
        "The caller hung up before any goal, any person and any planned end.",
        "hung up before an outcome ÷ entered",
    ),
    "repeats_day": Definition(
        "Called again within a day", "called again within a day", "The same number called again within 24 hours."
    ),
    "repeats_week": Definition(
        "Called again within a week", "called again within a week", "The same number called again within 7 days."
    ),
    "to_person": Definition(
        "To a person",
        "put through",
        "From the moment the line picked up until a person did. Half of the callers waited less than the median, nine "
        "of ten less than the p90.",
        "median and 90th percentile of calls put through that somebody picked up",
    ),
    "cost_per_call": Definition(
        "Cost a call",
        "all calls, the costliest first",
        "What a call costs on average: the line’s audio stream, the carrier’s minutes, and the AI.",
        "all costs ÷ all calls",
    ),
    "cost_per_contained": Definition(
        "Cost a contained call",
        "truly contained, the costliest first",
        "What it costs to help one caller for good. Calls that did not succeed are paid too, so they are in it.",
        "all costs ÷ truly contained calls",
    ),
    "unreconciled": Definition(
        "Not reconciled",
        "not reconciled",
        "Money on which the carrier’s books and ours do not agree yet, for these days and all flows.",
        "sum of the open differences",
    ),
    # of one step
    "callers": Definition("Came", "came to STEP", "How many callers came to this step; each counts once."),
    "visits": Definition("Visits", "came to STEP", "How often callers came to this step, again included."),
    "no_inputs": Definition(
        "Silence",
        "said nothing in STEP",
        "Nothing came from the caller when the step waited; a call counts once.",
        "calls with a silence here ÷ callers who came",
    ),
    "no_matches": Definition(
        "Not understood",
        "were not understood in STEP",
        "What came did not fit any choice; a call counts once.",
        "calls with something not understood here ÷ callers who came",
    ),
    "hung_up": Definition(
        "Hung up here", "hung up in STEP", "The caller hung up in this step.", "hung up here ÷ callers who came"
    ),
}
