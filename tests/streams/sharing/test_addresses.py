"""Where somebody asks from: what our own proxy says, and never more exactly than needed."""

import pytest

from streams.sharing.addresses import address_of, house, roughly


@pytest.mark.parametrize(
    ("meta", "address"),
    [
        ({"REMOTE_ADDR": "203.0.113.9"}, "203.0.113.9"),
        ({"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "203.0.113.9"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "198.51.100.1"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "evil, 198.51.100.1"}, "198.51.100.1"),
        ({"REMOTE_ADDR": "127.0.0.1"}, "127.0.0.1"),
        ({"REMOTE_ADDR": ""}, ""),
    ],
)
def test_only_our_own_proxy_is_believed(meta, address):
    assert address_of(meta) == address


def test_the_network_is_kept_and_not_the_person():
    assert roughly("203.0.113.9") == "203.0.113.0/24"
    assert roughly("2001:db8:1:2:3::9") == "2001:db8:1:2::/64"
    assert roughly("nonsense") == ""


def test_a_whole_network_of_one_house_is_one_asker():
    assert house("2001:db8:1:2::1") == house("2001:db8:1:2::ffff")
    assert house("203.0.113.9") != house("203.0.113.10")
