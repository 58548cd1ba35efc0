"""What a rule finds in a flow, in one line."""

from flows.practice import findings


def said_by(rule, flow, **known):
    """What one rule finds: pairs of step and field, and how grave each is."""
    return [(f.step, f.field, str(f.severity)) for f in findings(flow, **known) if f.rule.id == rule]
