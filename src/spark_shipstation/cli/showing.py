"""Words of others on a terminal."""

from rich.text import Text


def plain(words: object) -> str:
    """Nothing that would steer the terminal; several lines become one."""
    return "".join(sign if sign.isprintable() else " " for sign in str(words))


def shown(words: object) -> Text:
    """As `plain`, for a table: no markup either."""
    return Text(plain(words))
