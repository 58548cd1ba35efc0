"""What operations wait for in what people say, where it was said, and what a talk was like."""

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from flows.engine.matching import words
from flows.models import Flow
from streams.models.calls import Call

MOST_PHRASES = 60
LONGEST_PHRASE = 80  # characters


def validate_phrases(text: str) -> None:
    """Raise `ValidationError` unless each line is a phrase that can be found."""
    lines = phrases_in(text)
    if len(lines) > MOST_PHRASES:
        raise ValidationError(f"Write {MOST_PHRASES} phrases at most, and the rest into another cue.")
    for line in lines:
        if len(line) > LONGEST_PHRASE:
            raise ValidationError(f"“{line[:30]}…” is too long. Write a few words; people never say it quite alike.")
        if not words(line):
            raise ValidationError(f"“{line}” holds no word that could be heard. Write letters or figures.")


def phrases_in(text: str) -> list[str]:
    """Each phrase once, in their order."""
    return list(dict.fromkeys(line for each in text.splitlines() if (line := " ".join(each.split()))))


class Cue(models.Model):
    """Something that operations want to know of when it is said.

    `said` are phrases, one to a line, found as `listening.cues` says; `intent` is a sentence that the site's text model
    looks for, where there is one. No flows means all of them. `alerts`: one who is told, else only a mark.
    `when_denied`: phrases count though a “not” stands right before them (`listening.denying`).
    """

    class Who(models.TextChoices):
        """Whose words count."""

        EITHER = "", "either of them"
        CALLER = "caller", "the caller"
        PERSON = "person", "whoever talks with the caller"

    name = models.CharField(max_length=60, unique=True)
    key = models.SlugField(max_length=40, unique=True, editable=False)
    said = models.TextField("words", blank=True, validators=[validate_phrases])
    intent = models.CharField(max_length=200, blank=True)
    who = models.CharField("said by", max_length=6, choices=Who.choices, blank=True, default=Who.EITHER)
    alerts = models.BooleanField("raises an alert", default=False)
    when_denied = models.BooleanField("also when denied", default=True)
    flows = models.ManyToManyField(Flow, blank=True, related_name="+")
    is_on = models.BooleanField("watched", default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def phrases(self) -> list[str]:
        """Each phrase once."""
        return phrases_in(self.said)

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_cue_change", args=[self.pk])


class CueMark(models.Model):
    """A cue that was said on a call. Key, name and `alerts` are those of the cue at that moment.

    `seq` is the line of the call's log, `at` its seconds since the answer. `text` is what was said, from the end of the
    call on and where it may be kept.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="cue_marks")
    cue = models.ForeignKey(Cue, null=True, on_delete=models.SET_NULL, related_name="marks")
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    who = models.CharField(max_length=10)
    at = models.FloatField()
    seq = models.PositiveIntegerField()
    text = models.CharField(max_length=500, blank=True)
    alerts = models.BooleanField(default=False)
    said_at = models.DateTimeField()

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["key"]), models.Index(fields=["said_at"])]
        constraints = [models.UniqueConstraint(fields=["call", "seq"], name="one_mark_per_line")]

    def __str__(self) -> str:
        return f"{self.name} at {self.at:.0f} s"


class Talk(models.Model):
    """What a conversation between people was like; made anew from its record (`listening.talk`), and gone with it.

    `caller_seconds` and `person_seconds` are how long each spoke. `found` holds the rest, each figure with the places
    of the utterances that it rests on. `digest` is of what it was made from; `promises_by` says who found promises.
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="talk")
    caller_seconds = models.FloatField(default=0)
    person_seconds = models.FloatField(default=0)
    found = models.JSONField(default=dict)
    promises_by = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"The talk of call {self.call_id}"
