"""Test calls that people wrote for a flow. They run on its draft whenever they are looked at, and before publishing."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from flows.models.drafts import Flow


class Plays(models.TextChoices):
    """Which difficult caller a test call plays, as good practice asks for at each AI step."""

    USUAL = "", "as most callers are"
    HOSTILE = "hostile", "rude"
    SILENCE = "silence", "silent"
    OFF_TOPIC = "off-topic", "asking for something else"


class TestCall(models.Model):
    """One test call of a flow: a name, and lines as `flows.testcalls.language` reads them."""

    __test__: ClassVar[bool] = False  # its name begins as those of tests do

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="test_calls")
    name = models.CharField(max_length=80, help_text="What it is about, such as “Billing in the evening”.")
    lines = models.TextField(max_length=20000, help_text="What the caller does, and what should happen.")
    plays = models.CharField(
        "the caller is",
        max_length=12,
        blank=True,
        choices=Plays.choices,
        help_text="Each AI step should meet one who is rude, one who is silent, and one who asks for something else.",
    )
    place = models.PositiveIntegerField(default=0, editable=False)
    origin = models.CharField(
        max_length=64, blank=True, editable=False, help_text="The call that it was made from, as the carrier names it."
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["place", "pk"]
        default_permissions = ()  # whoever may see a flow may see its tests, whoever may change it may change them

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('admin:flows_flow_tests', args=[self.flow_id])}#test-{self.pk}"
