"""The time zones there are to choose from."""

import zoneinfo
from functools import cache
from itertools import groupby


@cache
def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The time zones by region, as a select wants them."""
    places = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    regions = groupby(places, key=lambda zone: zone.partition("/")[0])
    return [("", [("UTC", "UTC")])] + [
        (region, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in found]) for region, found in regions
    ]
