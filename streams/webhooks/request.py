"""A request of the carrier, read strictly: who sent it, and what it says. What is amiss is `Refused`, never a crash."""

import hashlib
import json
import logging
import re
from collections.abc import Callable, Collection, Mapping
from functools import wraps
from typing import Any
from urllib.parse import parse_qs

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from streams.carriers import plivo_api
from streams.carriers.plivo_signature import Fields as Form
from streams.right_of_way import of_a_call

log = logging.getLogger(__name__)

MAX_BODY = 64 * 1024
MAX_FIELDS = 200
MAX_NAME, MAX_TEXT = 100, 4000
NONCE_SECONDS = 30 * 60
FORM = "application/x-www-form-urlencoded"
NAME = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# What callers typed or said, and the stream's address with its token: never kept, never logged.
UNTOLD = {"digits", "speech", "stablespeech", "unstablespeech", "dialdigitsmatch", "serviceurl", "service_url"}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

Fields = Mapping[str, str]


class Refused(Exception):
    """A request that is not taken: the status to answer with, and why, for our log."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def webhook(view: Callable[..., HttpResponse], *, keeps: frozenset[str] = frozenset()) -> Callable[..., HttpResponse]:
    """A view that gets the fields of a verified request of the carrier, and whatever its address holds.

    `keeps` names fields, in lower case, that are taken here though they usually are not.
    """

    @csrf_exempt
    @of_a_call()
    @wraps(view)
    def received(request: HttpRequest, **where: Any) -> HttpResponse:
        try:
            return view(verified_fields(request, keeps=keeps), **where)
        except Refused as refused:
            log.warning("A request to %s was refused: %s.", view.__name__, refused)
            return HttpResponse(status=refused.status)

    return received


def verified_fields(request: HttpRequest, *, keeps: frozenset[str] = frozenset()) -> Fields:
    """What a request says, once it is known to be the carrier's."""
    if request.method not in ("GET", "POST"):
        raise Refused(405, "the method is neither GET nor POST")
    try:
        path = request.get_full_path()
        query = _parsed(request.META.get("QUERY_STRING", ""))
    except UnicodeError as error:
        raise Refused(400, "the address is not text") from error
    form = _body(request) if request.method == "POST" else {}
    _verify(request, path, form)
    return _one_each(form if request.method == "POST" else query, UNTOLD - keeps)


def name_in(fields: Fields, name: str) -> str:
    """The carrier's name for something (a call, a stream). Raises `Refused` when it is missing or odd."""
    found = fields.get(name, "")
    if not NAME.fullmatch(found):
        raise Refused(400, f"{name} is missing or malformed")
    return found


def _body(request: HttpRequest) -> Form:
    """The form in the body, whatever the length the request claims to have."""
    try:
        raw = request.read(MAX_BODY + 1)
    except (UnreadablePostError, OSError) as error:
        raise Refused(400, "the body could not be read") from error
    if len(raw) > MAX_BODY:
        raise Refused(413, "the body is too large")
    if raw and request.content_type != FORM:
        raise Refused(400, "the body is not a form")
    return _parsed(raw.decode("utf-8", errors="replace"))


def _parsed(text: str) -> dict[str, list[str]]:
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise Refused(400, "there are too many fields") from error


def _verify(request: HttpRequest, path: str, form: Form) -> None:
    """Raises `Refused` with 403 unless the carrier sent this, and did not send its nonce with something else."""
    headers = {name.lower(): said for name, said in request.headers.items()}
    if plivo_api.unsigned_ok(request.META.get("REMOTE_ADDR", ""), headers):
        return
    if not plivo_api.request_ok(request.method or "", path, form, headers):
        raise Refused(403, "its signature is missing or wrong")
    said = json.dumps(form or request.META.get("QUERY_STRING", ""), sort_keys=True)
    if _nonce_of_another(headers[plivo_api.NONCE], said):
        raise Refused(403, "its nonce was used with another message")


def _nonce_of_another(nonce: str, said: str) -> bool:
    """The signature has no time in it, so a captured one would be good for ever, and for fields glued otherwise."""
    key = f"nonce:{hashlib.sha256(nonce.encode()).hexdigest()}"
    digest = hashlib.sha256(said.encode()).hexdigest()
    try:
        return not cache.add(key, digest, NONCE_SECONDS) and cache.get(key, digest) != digest
    except Exception as error:  # whatever a cache's driver raises: the signature was right, and the caller waits
        log.warning("Nonces cannot be remembered (%s).", type(error).__name__)
        return False


def _one_each(form: Form, untold: Collection[str]) -> Fields:
    """One value for each name, of sane length, in characters that every database keeps."""
    fields: dict[str, str] = {}
    for name, told in form.items():
        if len(set(told)) > 1:
            raise Refused(400, "a field is given twice")
        if len(name) > MAX_NAME or len(told[0]) > MAX_TEXT:
            raise Refused(400, "a field is too long")
        if name.lower() not in untold:
            fields[UNSTORABLE.sub("\ufffd", name)] = UNSTORABLE.sub("\ufffd", told[0])
    return fields
