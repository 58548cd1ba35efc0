"""A flow as lines to read, each problem with the address where it is mended."""

import re

from flows.admin.lines import add_step_url, of_draft, problem_url
from flows.models import Flow
from flows.publishing import draft


def test_every_problem_links_to_the_field_where_it_is_mended(maria, menu):
    menu.settings = {"prompt": ""}
    menu.save()
    menu.exits.filter(outcome__in=["1", "no-match"]).update(goes_to=None)
    page = maria.get(menu.flow.get_absolute_url()).content.decode()

    links = set(re.findall(r'href="([^"#]*#id_[^"]*)"', page))

    assert len(links) == 3
    for link in links:
        url, _, anchor = link.partition("#")
        assert f'id="{anchor}"' in maria.get(url).content.decode(), anchor


def test_what_an_exit_already_tells_is_not_told_again(menu):
    menu.exits.filter(outcome="person").update(goes_to=None)
    menu.settings = {}
    menu.save()

    told = {line.key: line for line in of_draft(menu.flow, draft(menu.flow).problems)}[menu.key]

    assert [sentence for sentence, _ in told.beside] == ["What callers hear: This must be filled in."]
    assert len(told.problems) == 2
    assert [row.choose_url for row in told.exits if not row.goes_to] == [f"{menu.get_absolute_url()}#id_exit:person"]


def test_a_flow_without_steps_is_mended_by_adding_one(db):
    flow = Flow.objects.create(name="New", slug="new")
    (problem,) = draft(flow).problems
    assert problem_url(flow, problem, []) == add_step_url(flow)
