"""What builders edit (the draft), what was published (versions), and the places calls may reach."""

from flows.models.drafts import AgentStep, Exit, Flow, Menu, Step
from flows.models.history import DraftRevision
from flows.models.lookups import Lookup
from flows.models.places import Destination, Holiday, OpeningHours, OpenPeriod
from flows.models.prompts import PromptAudio, PromptRecording
from flows.models.publications import Publication, PublicationState
from flows.models.testcalls import Plays, TestCall
from flows.models.versions import FlowVersion, GoLive, PhoneNumber, PlannedGoLive, chain_digest
from flows.models.waivers import Waiver

__all__ = [
    "AgentStep",
    "Destination",
    "DraftRevision",
    "Exit",
    "Flow",
    "FlowVersion",
    "GoLive",
    "Holiday",
    "Lookup",
    "Menu",
    "OpenPeriod",
    "OpeningHours",
    "PhoneNumber",
    "PlannedGoLive",
    "Plays",
    "PromptAudio",
    "PromptRecording",
    "Publication",
    "PublicationState",
    "Step",
    "TestCall",
    "Waiver",
    "chain_digest",
]
