"""Calls and texts go to the countries of the site's own numbers, or to those that the settings name."""

import pytest
from django.core.exceptions import ValidationError

from flows import drafts, publishing
from flows.models import Destination
from flows.models.outbound import validate_outbound

JAMAICA, BRITAIN = "+18765550123", "+442071838750"


@pytest.mark.parametrize("abroad", [JAMAICA, BRITAIN])
def test_a_number_abroad_is_refused_though_it_may_share_the_code(number, abroad):
    validate_outbound("+14155550123")
    with pytest.raises(ValidationError, match="OUTBOUND_COUNTRIES"):
        validate_outbound(abroad)


def test_the_settings_name_other_countries(number, settings):
    settings.OUTBOUND_COUNTRIES = ["gb"]
    validate_outbound(BRITAIN)
    with pytest.raises(ValidationError):
        validate_outbound("+14155550123")


def test_a_destination_abroad_is_told_beside_its_number(number):
    with pytest.raises(ValidationError) as caught:
        Destination(key="x", name="X", number=JAMAICA).full_clean()
    assert "JM" in caught.value.message_dict["number"][0]


def test_a_flow_that_leads_abroad_is_not_published(line, number, desk):
    step = drafts.add_step(line, name="Put through", kind="transfer", after=line.steps.get(key="hello").exits.get())
    step.settings = {"destination": desk.key}
    step.save()
    assert not [found for found in publishing.draft(line).problems if found.field == "destination"]
    Destination.objects.update(number=JAMAICA)
    (problem,) = [found for found in publishing.draft(line).problems if found.field == "destination"]
    assert (problem.step, "JM" in problem.sentence) == (step.key, True)
