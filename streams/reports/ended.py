"""Why a call ended, in a sentence that anybody understands. Pure.

The carrier's codes are those of its page of hang-up causes; what it does not tell is not said.
"""

CAUSES: dict[str, tuple[str, str]] = {
    # code: the carrier's name for it, and what it means
    "0": ("Unknown", "the carrier does not know why"),
    "1000": ("Cancelled", "it was ended before anybody hung up"),
    "1010": ("Cancelled (Out Of Credits)", "the account with the carrier has no credit left; top it up"),
    "1020": ("Cancelled (Simultaneous dial limit)", "too many calls were being dialled at once"),
    "2000": ("Invalid Destination Address", "the number that was to be called is none"),
    "2010": ("Destination Out Of Service", "the number that was to be called is out of service"),
    "2020": ("Endpoint Not Registered", "the telephone that was to be called is not signed in"),
    "2030": ("Destination Country Barred", "the account may not call that country"),
    "2040": ("Destination Number Barred", "the account may not call that number"),
    "2050": ("Destination Prefix Barred", "the account may not call numbers that begin like this"),
    "2060": ("Loop Detected", "the call was being sent round in a circle"),
    "2070": ("Violates Media Anchoring", "the audio may not take the way that was asked for"),
    "3000": ("No Answer", "nobody answered"),
    "3010": ("Busy Line", "the line was busy"),
    "3020": ("Rejected", "the call was turned away"),
    "3030": ("Unknown Caller ID", "the number it called from was not accepted"),
    "3040": ("Forbidden", "the call was not allowed"),
    "3050": ("Unallocated Number", "nobody has the number that was called"),
    "3070": ("Request Timeout", "the other side did not react in time"),
    "3080": ("Carrier Error", "a network on the way failed"),
    "3090": ("Network Congestion", "a network on the way was full"),
    "3100": ("Busy Everywhere", "the line was busy"),
    "3110": ("Declined", "whoever was called declined"),
    "3120": ("User Does Not Exist Anywhere", "nobody has the number that was called"),
    "3130": ("Spam Block", "it was taken for an unwanted call"),
    "3140": ("DNO Caller ID", "the number it called from may not make calls"),
    "4000": ("Normal Hangup", "it ended as calls do: somebody hung up"),
    "4010": ("End Of XML Instructions", "the line had nothing more to do"),
    "4020": ("Multiparty Call Ended", "the conference it was in was over"),
    "4030": ("Kicked Out", "it was taken out of a conference"),
    "4210": ("SIP Auth Failed", "the telephone could not sign in"),
    "4240": ("SIP Auth Failed", "the telephone could not sign in"),
    "4250": ("SIP Auth Timeout", "the telephone did not sign in in time"),
    "5000": ("Network Error", "a network on the way failed"),
    "5010": ("Internal Error", "the carrier itself failed"),
    "5020": ("Routing Error", "the carrier found no way to the number"),
    "5030": ("Concurrency Limit Breached", "the account had too many calls at once"),
    "6000": ("Scheduled Hangup", "it reached the longest time that a call may take"),
    "6010": ("Ring Timeout Reached", "it rang too long without an answer"),
    "6020": ("Media Timeout", "no sound came for a minute"),
    "9000": ("Lost Race", "another telephone was picked up first"),
    "9100": ("Machine Detected", "an answering machine picked up"),
    "9110": ("Confirm Key Challenge Failed", "whoever picked up did not confirm with a key"),
}
# 70xx and 80xx: fetching our instructions failed; the last figure says which.
UNREACHED = "the carrier asked this site what to do and got no answer"
UNREADABLE = "the carrier asked this site what to do and could not read the answer"
FAMILIES = {"70": UNREACHED, "80": UNREADABLE}

# Telephone networks' own names, where the carrier passes those on.
RAW = {
    "normal_clearing": "4000", "user_busy": "3010", "no_answer": "3000", "call_rejected": "3020",
    "unallocated_number": "3050", "network_out_of_order": "5000", "originator_cancel": "1000",
}  # fmt: skip
CODES = {name.casefold(): code for code, (name, _) in reversed(CAUSES.items())} | RAW

WHO = {
    "caller": "The caller hung up",
    "callee": "The other side hung up",
    "call recipient": "The other side hung up",
    "plivo": "The carrier ended it",
    "carrier": "A network on the way ended it",
    "api request": "We had the carrier end it",
    "answer xml": "The line ended it",
    "error": "A fault ended it",
}


def explained(cause: str, code: str = "", source: str = "") -> str:
    """Who ended the call, and what the carrier's cause means, as one sentence; "" when the carrier said nothing.

    `cause` is its name, `code` its number, `source` who hung up, each "" where it was not told.
    """
    code = code or CODES.get(cause.casefold(), "")
    means = CAUSES[code][1] if code in CAUSES else FAMILIES.get(code[:2], "") if len(code) == 4 else ""
    who = WHO.get(source.casefold(), "")
    if not (cause or code or who):
        return ""
    if who and (code == "4000" or not (cause or code)):
        return f"{who}."
    name = cause or (CAUSES[code][0] if code in CAUSES else "")
    named = f"“{name}”" if name else "a cause"
    told = f"the carrier’s reason is {named}{f' ({code})' if code and code != name else ''}"
    said = f"{who}; {told}" if who else told[0].upper() + told[1:]
    return f"{said}: {means}." if means else f"{said}."
