"""What is asked on pay, hours or organising is never stored with its asker."""

from __future__ import annotations

import re

import pytest

from tests.e2e.policy.desk import (PHOTO, PAY, says, person, inside, seen, asked, asked_in_dm, answer_in, whispered, replies, standing, stands, rows, questions_of, files_with, value_of, first_quote, elements)
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack

CANARY = "Xiuxiueiggarbinada"



"""What is asked on pay, hours or organising is never stored with its asker."""
