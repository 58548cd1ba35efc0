"""How the carrier calls a site's URLs: signed, with deadlines, one more attempt, and a fallback."""

import asyncio
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag, urlsplit

import httpx2

from streams.phone import causes, way
from streams.phone.causes import CallOver
from streams.phone.clock import Clock
from streams.phone.documents import Document, NotADocument, parse
from streams.phone.profile import Profile
from streams.phone.record import Post, Record

MEDIA_SECONDS = 120.0
# (method, url, form, nonce, token) -> the signature
Signer = Callable[[str, str, Mapping[str, str], str, str], str]


@dataclass(frozen=True)
class Account:
    """Who the carrier signs for. `sign` makes a V3 signature as the carrier's SDK does."""

    auth_id: str
    token: str
    sign: Signer


def signature_headers(
    account: Account, profile: Profile, method: str, url: str, form: Mapping[str, str]
) -> dict[str, str]:
    """The three headers of a request, over the URL without its fragment."""
    if profile.signatures == "missing":
        return {}
    nonce = "".join(secrets.choice("0123456789") for _ in range(20))
    url = urldefrag(url).url
    own = account.sign(method, url, form, nonce, account.token)
    other = account.sign(method, url, form, nonce, "another-token-of-the-same-account")
    first = {"one": own, "two": f"{other}, {own}", "sub-account": other}[profile.signatures]
    return {
        "X-Plivo-Signature-V3": first,
        "X-Plivo-Signature-Ma-V3": own,
        "X-Plivo-Signature-V3-Nonce": nonce,
    }


@dataclass(frozen=True)
class Patience:
    """How long and how often a URL is tried: from its fragment (`#ct=2000&rt=5000&rc=2&rp=ct,rt`) or the profile."""

    connect_seconds: float
    read_seconds: float
    retries: int
    retry_on: frozenset[str]

    @classmethod
    def of(cls, url: str, profile: Profile) -> "Patience":
        given = dict(re.findall(r"(ct|rt|rc|rp)=([\w,]+)", urlsplit(url).fragment))
        named = frozenset(given.get("rp", "ct,rt").split(","))
        return cls(
            connect_seconds=_within(given.get("ct"), 100, 10_000, profile.connect_seconds),
            read_seconds=min(_within(given.get("rt"), 100, 40_000, 40.0), profile.document_seconds),
            retries=min(int(given["rc"]), 5) if given.get("rc", "").isdigit() else profile.retries,
            retry_on=frozenset({"4xx", "5xx", "ct", "rt"}) if "all" in named else named,
        )


def _within(milliseconds: str | None, lowest: int, highest: int, default: float) -> float:
    if milliseconds is None or not milliseconds.isdigit():
        return default
    return min(max(int(milliseconds), lowest), highest) / 1000


class Callbacks:
    """Fetches and notifies for one call. Deadlines are real seconds: they are the site's time, not the call's."""

    def __init__(
        self, http: httpx2.AsyncClient, account: Account, profile: Profile, clock: Clock, record: Record
    ) -> None:
        self._http, self._account, self._profile, self._clock, self._record = http, account, profile, clock, record
        self._notices: set[asyncio.Task[Post]] = set()
        self.is_cut_off = False  # nothing that is told arrives any more

    async def fetch(self, url: str, form: Mapping[str, str], *, method: str = "POST") -> Post:
        """Ask a URL, again if it took too long. Never raises: what went wrong stands in the result."""
        patience = Patience.of(url, self._profile)
        for _ in range(self._profile.deliveries - 1):
            await self._once(url, form, method, patience)
        for attempt in range(patience.retries + 1):
            post, trouble = await self._once(url, form, method, patience)
            if trouble not in patience.retry_on or attempt == patience.retries:
                break
        return post

    async def document(
        self, url: str, form: Mapping[str, str], *, place: str, method: str = "POST", fallback: str = ""
    ) -> Document:
        """The document at a URL, or at its fallback. Raises `CallOver`; `place` names the URL for the code."""
        if method.upper() not in ("GET", "POST"):
            raise CallOver(causes.not_a_method(place))
        if urlsplit(url).scheme not in ("http", "https"):
            raise CallOver(causes.not_a_url(place))
        post = await self.fetch(url, form, method=method.upper())
        try:
            return self._read(post, place)
        except CallOver:
            if not fallback:
                raise
        return self._read(await self.fetch(fallback, form), place)

    def notify(self, url: str, form: Mapping[str, str], *, method: str = "POST", copies: int = 1) -> None:
        """Tell a URL something, without waiting for it."""
        if self.is_cut_off:
            return
        for _ in range(copies):
            task = asyncio.create_task(self.fetch(url, form, method=method.upper()))
            self._notices.add(task)
            task.add_done_callback(self._notices.discard)

    async def media(self, url: str) -> bytes | None:
        """A sound file, tried twice, or None. Its deadlines cannot be tuned."""
        for _ in range(2):
            try:
                timeout = httpx2.Timeout(MEDIA_SECONDS, connect=self._profile.connect_seconds)
                answer = await self._http.get(url, timeout=timeout)
                if answer.is_success:
                    return answer.content
            except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError):
                continue
        return None

    async def settled(self) -> None:
        """Wait until everything that was told is delivered or given up."""
        while self._notices:
            await asyncio.wait(self._notices)

    def _read(self, post: Post, place: str) -> Document:
        if not 200 <= post.status < 300 or not post.body.strip():
            raise CallOver(causes.unreachable(place))
        try:
            document = parse(post.body)
        except NotADocument as error:
            self._record.violation(self._clock.now(), "not a document", str(error))
            raise CallOver(causes.not_a_document(place)) from error
        self._record.documents.append(post.body)
        return document

    async def _once(self, url: str, form: Mapping[str, str], method: str, patience: Patience) -> tuple[Post, str]:
        """One attempt, and the kind of trouble it met: `ct`, `rt`, `4xx`, `5xx`, or nothing."""
        began = self._clock.now()
        status, body, error, trouble = 0, "", "", ""
        try:
            async with asyncio.timeout(patience.connect_seconds + patience.read_seconds):
                answer = await self._send(url, form, method, patience)
            status, body = answer.status_code, answer.text
            trouble = f"{status // 100}xx"
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as broken:
            error, trouble = f"no connection: {type(broken).__name__}", "ct"
        except (httpx2.TimeoutException, TimeoutError):
            error, trouble = f"no answer within {patience.read_seconds:g} s", "rt"
        except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError) as broken:
            error = f"broken off: {type(broken).__name__}"
        post = Post(began, url, method, dict(form), status, body, error, self._clock.now() - began)
        self._record.posts.append(post)
        return post, trouble

    async def _send(self, url: str, form: Mapping[str, str], method: str, patience: Patience) -> httpx2.Response:
        bare = urldefrag(url).url
        timeout = httpx2.Timeout(patience.read_seconds, connect=patience.connect_seconds)
        if method == "GET":  # the form becomes the query, and what is signed is the URL as it is dialled
            bare = str(httpx2.URL(bare).copy_merge_params(dict(form)))
            headers = signature_headers(self._account, self._profile, method, bare, {})
            dialled, said = way.to_page(bare, self._profile.connects_to)
            return await self._http.get(dialled, headers={**headers, **said}, timeout=timeout)
        headers = signature_headers(self._account, self._profile, method, bare, form)
        dialled, said = way.to_page(bare, self._profile.connects_to)
        return await self._http.post(dialled, data=dict(form), headers={**headers, **said}, timeout=timeout)
