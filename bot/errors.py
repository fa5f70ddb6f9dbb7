"""The errors that a person may read: one clear line a problem, each saying what to do next."""

from __future__ import annotations


class BonventError(Exception):
    """Something that the person at the keyboard can mend. Its text is shown as it is, without a traceback."""


class InputError(BonventError):
    """A draft or a query that can't be judged: empty, too long, not text, an unknown network."""
