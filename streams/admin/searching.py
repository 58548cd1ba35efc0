"""How lists are searched by a telephone number: by no more of it than the one who searches may see."""

from django.db.models import Q

SHOWN_DIGITS = 4  # of a masked number


def by_number(term: str, *fields: str, whole: bool) -> Q:
    """What fits `term`: any part of a number in any of these fields, or, for who sees numbers masked (not `whole`), the
    end of the one in the first field, which is the caller's. A term without anything in it fits nothing.
    """
    digits = term.strip().lstrip("+").replace(" ", "").replace("-", "")
    found = Q(pk=None)
    if digits and whole:
        for field in fields:
            found |= Q(**{f"{field}__contains": digits})
    elif digits and len(digits) <= SHOWN_DIGITS:
        found |= Q(**{f"{fields[0]}__endswith": digits})
    return found
