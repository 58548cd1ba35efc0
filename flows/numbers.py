"""Telephone numbers in E.164, checked when they are typed."""

import phonenumbers
import phonenumbers.timezone
from django.core.exceptions import ValidationError

REFUSED = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    phonenumbers.PhoneNumberType.SHARED_COST: "a shared-cost number",
    phonenumbers.PhoneNumberType.PERSONAL_NUMBER: "a personal number that forwards anywhere",
    phonenumbers.PhoneNumberType.PAGER: "a pager",
}
OF_NO_PLACE = (
    phonenumbers.PhoneNumberType.TOLL_FREE,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.UNKNOWN,
)


def validate_e164(text: str) -> None:
    """Raise `ValidationError` unless `text` is a dialable number that is not of a costly class."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as error:
        raise ValidationError("Write the number with its country code, such as +14155550123.") from error
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != text:
        raise ValidationError("Write the number without spaces, with its country code, such as +14155550123.")
    if not phonenumbers.is_possible_number(number):
        raise ValidationError("This number has too few or too many digits for its country.")
    refused = REFUSED.get(phonenumbers.number_type(number))
    if refused:
        raise ValidationError(f"This is {refused}; calls to it are not allowed. Use an ordinary number.")


def country_of(text: str) -> str:
    """The two-letter code of the country that a number in E.164 is in; "" when no country has it.

    Jamaica’s +1876 is JM, not US: most of the costly countries share the +1.
    """
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(text, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def with_country(typed: str, *, like: str) -> str:
    """The number that somebody typed as one dials it in the country of `like`, in E.164; "" when it is none."""
    try:
        number = phonenumbers.parse(typed, country_of(like) or None)
    except phonenumbers.NumberParseException:
        return ""
    valid = phonenumbers.is_valid_number(number)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)) if valid else ""


def zones_of(text: str) -> tuple[str, ...]:
    """Every time zone that a number in E.164 may belong to; none where that is not known."""
    try:
        zones = phonenumbers.timezone.time_zones_for_number(phonenumbers.parse(text, None))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != "Etc/Unknown")


def is_of_a_place(text: str) -> bool:
    """Whether somebody has this number at some place: freephone and company-wide numbers ring wherever they are led."""
    try:
        return phonenumbers.number_type(phonenumbers.parse(text, None)) not in OF_NO_PLACE
    except phonenumbers.NumberParseException:
        return False


def same_number(text: str) -> str:
    """One spelling for a number however a carrier writes it: `14155550199` and `+14155550199` are the same."""
    digits = text.strip()
    return f"+{digits}" if digits.isdigit() and len(digits) >= 8 else digits


def masked(text: str) -> str:
    """A number that may be shown to anyone: all but the last four digits hidden."""
    return f"{'•' * max(len(text) - 4, 0)}{text[-4:]}" if text else ""
