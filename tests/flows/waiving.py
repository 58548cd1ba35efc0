"""What good practice has against the toys of tests, waived as a publisher would."""

from flows import linting, publishing
from flows.practice import Severity, findings


def let_pass(line):
    """Waive what good practice has against a flow as it stands: it is small, so that tests are."""
    flow = publishing.draft(line).flow
    for finding in findings(flow):
        if finding.severity == Severity.ERROR:
            linting.waive(line, flow, finding.fingerprint, by=None, reason="A toy.")
