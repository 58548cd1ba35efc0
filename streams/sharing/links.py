"""Links that show one call, masked, without signing in: made, found, opened, revoked."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from streams.models import Call, LinkOpening, SharedLink
from streams.models.sharing import GOOD_FOR, digest_of, new_link_token
from streams.sharing.addresses import roughly
from streams.sharing.unmasking import name_of

DAYS = {1: "a day", 7: "a week", 30: "30 days"}  # how long a link may be good


@dataclass(frozen=True, slots=True)
class Shown:
    """What a link shows beside the masked call, for whom it is, and for how long it is good."""

    words: bool = False
    costs: bool = False
    note: str = ""
    good_for: timedelta = GOOD_FOR


def share(call: Call, by: Any, shown: Shown) -> tuple[SharedLink, str]:
    """A new link, and its token, which is never to be seen again: only its digest is stored."""
    token = new_link_token()
    link = SharedLink.objects.create(
        call=call,
        call_named=call.call_uuid,
        digest=digest_of(token),
        note=shown.note.strip()[:200],
        with_words=shown.words,
        with_costs=shown.costs,
        by=by,
        made_by=name_of(by),
        expires_at=timezone.now() + shown.good_for,
    )
    return link, token


def find(token: str) -> SharedLink | None:
    """The link that this token opens; None for none, one that is over, and one that was revoked."""
    return SharedLink.objects.good().select_related("call").filter(digest=digest_of(token)).first()


def opened(link: SharedLink, address: str) -> None:
    """Note that the link was opened, and from where, its last part left out."""
    LinkOpening.objects.create(link=link, address=roughly(address))


def revoke(link: SharedLink, by: Any) -> bool:
    """Make the link open nothing any more; False when it did so already."""
    now = timezone.now()
    return bool(SharedLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now, revoked_by=name_of(by)))


def links_of(call: Call) -> QuerySet[SharedLink]:
    """The links of a call, each with `times` and `last`: how often it was opened, and when last."""
    return (
        SharedLink.objects.filter(call=call)
        .select_related("by")
        .annotate(times=Count("openings"), last=Max("openings__at"))
    )
