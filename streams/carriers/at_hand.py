"""Who takes this site's orders now: its account with Plivo, or the built-in phone in Plivo's place.

A site at home needs no account. A phone leaves word while it has a call on the line, so the site may lead that call on
or listen in; and `manage.py answer` leaves word that it waits, so the site may call somebody.
"""

from django.conf import settings

from streams.carriers.plivo_api import Account, PlivoSaidNo
from streams.phone.switchboard import WAITING, Switchboard

NO_ACCOUNT = "MA" + "0" * 18  # the form of an account's id, for installations without one
NOBODY = "There is no Plivo account to ask for it; set PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN."
AT_HOME = " To try it without one, keep “manage.py answer” open in a terminal: that phone takes the site’s calls."


def has_account() -> bool:
    """Whether the site has an account with the carrier, or with what plays it (`PLIVO_API_URL`)."""
    return bool(settings.PLIVO_AUTH_ID and settings.PLIVO_AUTH_TOKEN)


def on_a_phone(call_uuid: str) -> bool:
    """Whether a phone of this installation has this call on the line now, whoever takes orders for it."""
    return switchboard().port_of(call_uuid) is not None


def switchboard() -> Switchboard:
    """Where the phones of this installation leave word, in the site's own folder."""
    return Switchboard(settings.VAR_DIR / "phones")


def why_not(call_uuid: str = "") -> str:
    """ "" where there is somebody to ask, about this call or else for a call to somebody; else a sentence."""
    if has_account() or _port(call_uuid):
        return ""
    return NOBODY if call_uuid or not settings.DEVELOPMENT else NOBODY + AT_HOME


def carrier(call_uuid: str = "") -> Account:
    """Who carries this call, or takes an order for one. Raises `PlivoSaidNo` where there is nobody."""
    port = _port(call_uuid)
    if port:
        account_id = settings.PLIVO_AUTH_ID or NO_ACCOUNT
        return Account(account_id, settings.PLIVO_AUTH_TOKEN, home=f"http://127.0.0.1:{port}")
    if problem := why_not(call_uuid):
        raise PlivoSaidNo(problem, surely_undone=True)
    return Account(settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN)


def _port(call_uuid: str) -> int | None:
    """Of the phone that carries this call, whatever account there is; of one that waits, only where there is none: an
    order that Plivo took must not be asked about elsewhere."""
    if not (settings.DEVELOPMENT or settings.PLIVO_API_URL) or (not call_uuid and has_account()):
        return None
    return switchboard().port_of(call_uuid or WAITING)
