"""A flow as lines to read, each problem with the address where it is mended."""

import re


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
