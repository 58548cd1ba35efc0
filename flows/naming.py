"""Names that are free: what is wanted, or the same with a number. Pure."""

from collections.abc import Container


def free_name(wanted: str, taken: Container[str], *, longest: int = 80, form: str = "{} {}") -> str:
    """This name, or the first like it that is not `taken`, in at most `longest` characters.

    `form` puts the name and a number, from 2 on, together.
    """
    name, number = wanted[:longest], 2
    while name in taken:
        room = longest - len(form.format("", number))
        name, number = form.format(wanted[:room].rstrip(), number), number + 1
    return name
