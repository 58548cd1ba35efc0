"""Pages of the admin as their users meet them: fill in the form that was shown, and send it."""

from html.parser import HTMLParser

from django.test import Client


class _Fields(HTMLParser):
    """The fields of the form with one id, as a browser would send them."""

    def __init__(self, form_id):
        super().__init__()
        self.form_id, self.inside, self.sent = form_id, False, {}
        self.select = self.textarea = None
        self.template = 0

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "form":
            self.inside = self.form_id is None or about.get("id") == self.form_id
        self.template += tag == "template"
        if not self.inside or self.template:
            return
        name = about.get("name")
        if tag == "input" and name and about.get("type") not in ("submit", "checkbox", "radio"):
            self.sent[name] = about.get("value", "")
        elif tag == "input" and name and "checked" in about:
            self.sent[name] = about.get("value", "on")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and ("selected" in about or self.select not in self.sent):
            self.sent[self.select] = about.get("value", "")
        elif tag == "textarea":
            self.textarea, self.sent[name] = name, ""

    def handle_data(self, data):
        if self.textarea:
            self.sent[self.textarea] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "template":
            self.template -= 1
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None


def fields(response, form_id=None):
    """What the form of a page would send if nothing was typed."""
    return fields_of(response.content.decode(), form_id)


def fields_of(html, form_id=None):
    """What a form would send if nothing was typed; without an id, the last form of the page."""
    reader = _Fields(form_id)
    reader.feed(html)
    return reader.sent


def client_of(user):
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


def fill_in(client, url, form_id, **typed):
    """Open a page, type into its form, and save. A value of None takes the field away (an empty tick box)."""
    shown = client.get(url)
    assert shown.status_code == 200, shown.status_code
    sent = {**fields(shown, form_id), **typed, "_save": "Save"}
    return client.post(url, {name: value for name, value in sent.items() if value is not None})


def text_of(response):
    """The page as text, without its marks."""
    words = []

    class Words(HTMLParser):
        def handle_data(self, data):
            words.append(data)

    Words().feed(response.content.decode())
    return " ".join(" ".join(words).split())
