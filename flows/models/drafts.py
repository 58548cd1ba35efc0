"""The draft that builders edit: flows, their steps, and the exits between them.

Saving is lenient, publishing is strict: a draft may be half-finished. Settings of steps are JSON whose shape belongs
to the kind; they are written only through the kind's form. Edges are rows, so none dangles.
"""

from django.conf import settings
from django.db import models
from django.urls import reverse

from flows.engine.languages import known
from flows.engine.recording import Recording
from flows.steps import REGISTRY


class Flow(models.Model):
    """The draft that people edit. `revision` is the optimistic lock: every save of the draft raises it by one."""

    name = models.CharField(max_length=80, unique=True, help_text="What your colleagues call this phone line.")
    slug = models.SlugField(
        max_length=80, unique=True, editable=False, help_text="Made from the name; files and commands use it."
    )
    language = models.CharField(
        max_length=10,
        default="en-US",
        choices=[("en-US", "English (United States)"), ("en-GB", "English (United Kingdom)")],
        help_text="The language callers hear.",
    )
    voice = models.CharField(
        max_length=40, blank=True, help_text="The voice that reads the prompts. Leave empty for the usual one."
    )
    languages = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="The further languages callers may choose, with their voices.",
    )
    transcriber = models.CharField(
        max_length=40, blank=True, help_text="What listens to callers. Leave empty for the usual one."
    )
    agent = models.CharField(
        max_length=40, blank=True, help_text="The assistant of its AI steps. Leave empty for the usual one."
    )
    discloses_ai = models.BooleanField(
        "say that it is an AI",
        default=True,
        help_text="Its AI steps tell callers that they talk with a machine, before anything else.",
    )
    records_calls = models.BooleanField(
        "record calls", default=False, help_text="Callers hear a notice first; nothing is recorded before that."
    )
    recording_notice = models.CharField(
        "what callers hear first", max_length=500, blank=True, help_text="Say that the call is recorded, and why."
    )
    may_object = models.BooleanField(
        "callers may object", default=True, help_text="“If you do not want that, press 9 now.”"
    )
    keeps_transcripts = models.BooleanField(
        "keep transcripts", default=True, help_text="What was said is kept as text, and summed up."
    )
    cost_centre = models.CharField(
        max_length=40, blank=True, help_text="Who pays for the calls of this line. Statements add up by it."
    )
    start = models.ForeignKey(
        "Step",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The first step of a call.",
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    last_change = models.CharField(max_length=120, blank=True, editable=False, help_text="What was changed last.")

    class Meta:
        ordering = ["name"]
        permissions = [
            ("publish_flow", "Can publish a flow"),
            ("go_live", "Can put a version on a number"),
            ("view_figures", "Can see how callers go through a flow, and what a call costs on average"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_flow_change", args=[self.pk])

    def languages_to_try(self) -> list[tuple[str, str]]:
        """The languages that a test call may begin in, its own first."""
        codes = [self.language, *(row["language"] for row in self.languages)]
        return [(code, known(code).name) for code in codes]

    @property
    def recording(self) -> Recording | None:
        """How its calls are recorded; None where they are not."""
        return Recording(notice=self.recording_notice, may_object=self.may_object) if self.records_calls else None

    @property
    def key(self) -> str:
        """What steps of other flows refer to it by."""
        return self.slug


def kind_choices() -> list[tuple[str, str]]:
    """The kinds on offer. A callable, so that a new kind needs no migration."""
    return [(kind, cls.title) for kind, cls in REGISTRY.items()]


class Step(models.Model):
    """One step of a draft. `key` never changes, so calls, exits and reports can name it."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=60, editable=False, help_text="Made from the name; reports use it.")
    name = models.CharField(max_length=80, help_text="What you call this step, such as “Main menu”.")
    kind = models.CharField(max_length=30, choices=kind_choices, help_text="What should happen here?")
    settings = models.JSONField(default=dict, blank=True, editable=False)
    place = models.PositiveIntegerField(default=0, editable=False, help_text="Order in the list of steps.")

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="one_step_per_key")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_step_change", args=[self.pk])


class StepsOfKind(models.Manager["Step"]):
    """The steps of one kind, across flows."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def get_queryset(self) -> models.QuerySet[Step]:
        return super().get_queryset().filter(kind=self.kind)


class Menu(Step):
    """The menus of all flows, to be found under their own name."""

    objects = StepsOfKind("menu")  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        default_permissions = ()  # whoever may see steps may see these
        verbose_name = "menu"


class AgentStep(Step):
    """The AI steps of all flows, to be found under their own name."""

    objects = StepsOfKind("agent")  # type: ignore[assignment,misc]

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "AI step"
        verbose_name_plural = "AI steps"


class Exit(models.Model):
    """Where callers go after one outcome of a step. For a menu's option, also its label and what callers may say.

    `goes_to` restricts rather than protects: a step that is led to cannot be deleted, a whole flow can.
    """

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="exits")
    outcome = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True, help_text="What this choice is called, such as “Billing”.")
    phrases = models.CharField(
        max_length=300,
        blank=True,
        verbose_name="callers may say",
        help_text="Words for this choice, parted by commas, such as “billing, invoice, my bill”.",
    )
    goes_to = models.ForeignKey(
        Step, null=True, blank=True, on_delete=models.RESTRICT, related_name="entrances", help_text="The next step."
    )
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "outcome"], name="one_exit_per_outcome")]

    def __str__(self) -> str:
        return f"{self.step}: {self.label or self.outcome}"

    def phrase_list(self) -> tuple[str, ...]:
        """What callers may say, one phrase each."""
        return tuple(phrase.strip() for phrase in self.phrases.split(",") if phrase.strip())
