"""People in their roles, and a small line to work on."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache

from flows import drafts
from flows.models import Destination, Exit, Flow, PhoneNumber
from tests.flows import renderers
from tests.flows.pages import client_of
from tests.flows.waiving import let_pass


@pytest.fixture
def person(db):
    """A member of staff with these roles."""

    def make(*roles, username=None, **about):
        user = get_user_model().objects.create_user(
            username or "-".join(roles) or "nobody", password="secret", is_staff=True, **about
        )
        user.groups.set([Group.objects.get(name=role) for role in roles])
        return user

    return make


@pytest.fixture
def builder(person):
    return person("builder", username="maria", first_name="Maria", last_name="Lopez")


@pytest.fixture
def publisher(person):
    return person("publisher", username="paul", first_name="Paul", last_name="Becker")


@pytest.fixture
def quick_voice(settings):
    """Prompts are rendered at once; the list tells what was asked for."""
    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    renderers.asked.clear()
    return renderers.asked


@pytest.fixture
def scripted_voice(settings):
    """Prompts are rendered as its script says; see `renderers.Script`."""
    settings.PROMPT_RENDERER = "tests.flows.renderers.scripted"
    renderers.script.__init__()
    return renderers.script


@pytest.fixture
def desk(db):
    return Destination.objects.create(key="support-desk", name="Support desk", number="+14155550123")


@pytest.fixture
def number(db):
    return PhoneNumber.objects.create(number="+14155550199", label="Main")


@pytest.fixture
def line(db):
    """A flow that can be published: hello, then goodbye."""
    flow = Flow.objects.create(name="Main line", slug="main-line")
    hello = drafts.add_step(flow, name="Hello", kind="say")
    bye = drafts.add_step(flow, name="Goodbye", kind="hang_up", after=hello.exits.get())
    hello.settings, bye.settings = {"text": "Welcome to Hart Tools."}, {"text": "Goodbye."}
    hello.save()
    bye.save()
    return flow


@pytest.fixture
def menu(line):
    """A menu after the greeting, with one choice, all of whose exits lead to the goodbye; a publisher let that pass."""
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    step = drafts.add_step(line, name="Main menu", kind="menu")
    step.settings = {"prompt": "For billing, press 1."}
    step.save()
    drafts.write_exits(
        step,
        [Exit(outcome="1", label="Billing", phrases="billing, my bill", goes_to=bye)],
        {"no-input": bye, "no-match": bye, "person": bye},
    )
    hello.exits.update(goes_to=step)
    let_pass(line)
    return step


@pytest.fixture
def nobody_here():
    """Who had a flow open in an earlier test is forgotten."""
    cache.clear()


@pytest.fixture
def maria(builder):
    """The builder, signed in."""
    return client_of(builder)


@pytest.fixture
def paul(publisher):
    """The publisher, signed in."""
    return client_of(publisher)
