"""Which numbers may be called or texted: none in a country where a bill could be run up unnoticed."""

from django.conf import settings
from django.core.exceptions import ValidationError

from flows.models.versions import PhoneNumber
from flows.numbers import country_of, validate_e164


def countries() -> set[str]:
    """The two-letter codes that may be reached: those of the settings, else those of the site's own numbers.

    Empty on a site that has neither; no call can reach it, so nothing is dialled from there.
    """
    named = {code.strip().upper() for code in settings.OUTBOUND_COUNTRIES}
    return named or {country_of(number) for number in PhoneNumber.objects.values_list("number", flat=True)} - {""}


def validate_outbound(text: str, allowed: set[str] | None = None) -> None:
    """Raise `ValidationError` unless this number may be called and texted from here, now. Whoever asks about many
    gives the `countries`."""
    validate_e164(text)
    allowed, country = countries() if allowed is None else allowed, country_of(text)
    if allowed and country not in allowed:
        raise ValidationError(
            f"This number is in a country that is not called from here ({country or 'unknown'}). Use a number in "
            f"{', '.join(sorted(allowed))}, or ask whoever runs this site to add the country to OUTBOUND_COUNTRIES."
        )
