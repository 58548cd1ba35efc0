"""The demo company knows whom it competes with: the cue “Names a competitor” is on, and has their name."""

from streams.listening.shipped import SHIPPED
from streams.models import Cue

KEY, NAME = "competitor", "Bolt Brothers"


def load() -> None:
    """Write the name into the cue that the product ships with. One that people changed is left as it is."""
    shipped = str(SHIPPED[KEY]["said"])
    Cue.objects.filter(key=KEY, said=shipped, is_on=False).update(said=f"{NAME}\n{shipped}", is_on=True)
