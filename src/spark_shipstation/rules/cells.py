"""Texts in the cells of CSV files: a spreadsheet must not run them, and a file that is read back says what it said."""

import re

# What spreadsheets take for the start of a formula, in their ASCII and full-width forms (OWASP, CSV injection).
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def neutral(text: str) -> str:
    """With an apostrophe before what would start a formula. One that stands before a formula already counts as such."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """What `neutral` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
