"""The carrier's side of the webhooks: requests signed by the SDK's own functions, through Django's test client."""

import itertools
import xml.etree.ElementTree as ET
from urllib.parse import urldefrag, urlencode, urlsplit

from streams.carriers.plivo_api import sign_as_the_sdk

TOKEN = "plivo_test_token_0123456789"
PUBLIC = "https://ivr.example.com"
CALL = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10"
STREAM = "b1a2c3d4-1111-4222-8333-444455556666"
SETTINGS = {
    "PUBLIC_URL": PUBLIC,
    "PLIVO_AUTH_TOKEN": TOKEN,
    "PLIVO_OLD_AUTH_TOKENS": [],
    "ACCEPT_UNSIGNED_FROM_LOOPBACK": False,
    "OPERATOR_NUMBER": "",
    "SECURE_SSL_REDIRECT": False,
    "ALLOWED_HOSTS": ["*"],
}
_nonces = itertools.count(10**19)


def fields(event="StartApp", *, call=CALL, **more):
    """The standard form of a webhook."""
    about = {"From": "+14155550142", "To": "+14155550199", "Direction": "inbound", "CallStatus": "ringing"}
    return {"CallUUID": call, **about, "Event": event, **more}


class Plivo:
    """Calls this site's URLs as the carrier does."""

    def __init__(self, client, token=TOKEN):
        self.client, self.token = client, token

    def post(self, path, form, *, nonce=None, signed_as=None, headers=None, **extra):
        """POST a form; `signed_as` signs another form than the one sent, `headers` replaces the signature."""
        nonce = nonce or str(next(_nonces))
        path = urlsplit(urldefrag(path).url)
        path = path.path + (f"?{path.query}" if path.query else "")
        signature = sign_as_the_sdk("POST", PUBLIC + path, signed_as or form, nonce, self.token)
        sent = {"X-Plivo-Signature-V3": signature, "X-Plivo-Signature-V3-Nonce": nonce} if headers is None else headers
        return self.client.post(
            path, urlencode(form, doseq=True), content_type="application/x-www-form-urlencoded", headers=sent, **extra
        )

    def get(self, path, form):
        """The same as a query."""
        nonce = str(next(_nonces))
        path = f"{path}?{urlencode(form)}"
        signature = sign_as_the_sdk("GET", PUBLIC + path, {}, nonce, self.token)
        headers = {"X-Plivo-Signature-Ma-V3": signature, "X-Plivo-Signature-V3-Nonce": nonce}
        return self.client.get(path, headers=headers)

    def answer(self, **more):
        """A call comes in."""
        return document(self.post("/plivo/answer/", fields(**more)))

    def after_holding(self, said, most=10):
        """The first document that does not ask to hold, of a carrier that does as it is told."""
        for _ in range(most):
            if said.verbs not in (["Wait", "Redirect"], ["Speak", "Redirect"]):
                return said
            said = document(self.post(said.next_url.removeprefix(PUBLIC), fields("Redirect")))
        raise AssertionError("It asks to hold for ever.")


class Document:
    """A call document, read with the standard library."""

    def __init__(self, text):
        root = ET.fromstring(text)
        assert root.tag == "Response"
        self.verbs = [element.tag for element in root]
        self._root = root

    def __getitem__(self, verb):
        return self._root.find(verb)

    @property
    def next_url(self):
        """Where the carrier goes on after it."""
        for verb in ("Dial", "Record"):
            if self[verb] is not None and self[verb].get("action"):
                return self[verb].get("action")
        return self["Redirect"].text if self["Redirect"] is not None else None

    @property
    def stream_token(self):
        return self["Stream"].text.rstrip("/").rpartition("/")[2]


def document(response):
    """The document of a 200."""
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/xml"
    return Document(response.content.decode())
