"""Text files that a draft came in: from Slack's own hosts only, small, and text."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from bot.coach.intake import LONGEST
from bot.slack.inbound import TextFile
from bot.slack.keys import Key
from bot.slack.service import Service

logger = logging.getLogger(__name__)
_HOSTS = ("files.slack.com", "slack-files.com")
MOST_KB = 4 * LONGEST // 1000
_MOST_BYTES = MOST_KB * 1000
_TIMEOUT = aiohttp.ClientTimeout(total=2.0)  # within the three seconds of the acknowledgement


@dataclass(frozen=True)
class Fetched:
    """The text of a file, or the sentence that says why there is none."""

    text: str = field(default="", repr=False)
    trouble: Key | None = None


async def download_text(service: Service, file: TextFile) -> Fetched:
    """The text of an attached file, from Slack's hosts alone."""
    url, own = urlsplit(file.url), urlsplit(service.settings.slack_api_url)
    known = url.hostname in _HOSTS and url.scheme == "https"
    if not known and (url.scheme, url.netloc) != (own.scheme, own.netloc):
        logger.warning("a file of a strange host was not fetched")
        return Fetched(trouble="file_unreachable")
    if file.size > _MOST_BYTES:
        return Fetched(trouble="file_too_large")
    client = service.gateway.client
    assert client.session is not None
    headers = {"Authorization": f"Bearer {client.token}"}
    try:
        # No redirects: they could lead anywhere, with our token.
        async with client.session.get(file.url, headers=headers, allow_redirects=False, timeout=_TIMEOUT) as answer:
            if answer.status != 200 or "html" in answer.content_type:
                return Fetched(trouble="file_unreachable")
            raw = b""
            async for chunk in answer.content.iter_chunked(65_536):
                raw += chunk
                if len(raw) > _MOST_BYTES:
                    return Fetched(trouble="file_too_large")
        return Fetched(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Fetched(trouble="file_not_text")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        logger.warning("a file could not be read: %s", type(error).__name__)
        return Fetched(trouble="file_unreachable")
