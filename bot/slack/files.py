"""Files that people give us: from Slack's own hosts only, within limits. A draft's must be text, a manual's may be anything."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import aiohttp

from bot.coach.intake import LONGEST
from bot.slack.gateway import FAILURES
from bot.slack.inbound import TextFile
from bot.slack.keys import Key
from bot.slack.service import Service

logger = logging.getLogger(__name__)
_HOSTS = ("files.slack.com", "slack-files.com")
MOST_KB = 4 * LONGEST // 1000
_MOST_BYTES = MOST_KB * 1000
_TEXT_S = 2.0  # within the three seconds of the acknowledgement
_BYTES_S = 60.0
_PIECE = 65_536
_ATTEMPTS, _PAUSE_S = 3, 1.0


class _TooLarge(Exception):  # noqa: N818 - a reason to stop reading
    """There are more bytes than wanted."""


class _Refused(Exception):  # noqa: N818 - a reason not to try again
    """What stands there isn't the file."""


@dataclass(frozen=True)
class Fetched:
    """The text of a file, or the sentence that says why there is none."""

    text: str = field(default="", repr=False)
    trouble: Key | None = None


@dataclass(frozen=True)
class FetchedFile:
    """A file's content with the name that its owner gave it, or the sentence that says why there is none."""

    name: str = field(repr=False)
    content: bytes = field(default=b"", repr=False)
    trouble: Key | None = None


async def download_text(service: Service, file: TextFile) -> Fetched:
    """The text of an attached file, from Slack's hosts alone."""
    if file.size > _MOST_BYTES:
        return Fetched(trouble="file_too_large")
    try:
        raw = await _read(service, file.url, _MOST_BYTES, _TEXT_S, html=False)
        return Fetched(raw.decode("utf-8-sig"))
    except _TooLarge:
        return Fetched(trouble="file_too_large")
    except UnicodeDecodeError:
        return Fetched(trouble="file_not_text")
    except _Refused:
        return Fetched(trouble="file_unreachable")
    except FAILURES as error:
        logger.warning("a file could not be read: %s", type(error).__name__)
        return Fetched(trouble="file_unreachable")


async def download_file(service: Service, file_id: str, owner: str, most_bytes: int) -> FetchedFile:
    """A file that `owner` uploaded in a modal, looked up by its id: what a payload says of it is no proof."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            await asyncio.sleep(_PAUSE_S)
        try:
            return await _download_file(service, file_id, owner, most_bytes)
        except _Refused:
            break
        except FAILURES as error:
            logger.warning("a manual's file could not be read: %s", type(error).__name__)
    return FetchedFile("…", trouble="unread_unreachable")


async def _download_file(service: Service, file_id: str, owner: str, most_bytes: int) -> FetchedFile:
    file = (await service.gateway.client.files_info(file=file_id))["file"]
    if file.get("user") != owner:
        logger.warning("a file was named that is somebody else's")
        raise _Refused
    name = str(file.get("name") or file.get("title") or "file").replace("/", "-")
    if not PurePosixPath(name).suffix and file.get("filetype"):
        name = f"{name}.{file['filetype']}"
    size = int(file.get("size") or 0)
    if size > most_bytes:
        return FetchedFile(name, trouble="unread_large")
    is_html = "html" in str(file.get("mimetype"))
    url = str(file.get("url_private_download") or file.get("url_private") or "")
    try:
        content = await _read(service, url, most_bytes, _BYTES_S, html=is_html)
    except _TooLarge:
        return FetchedFile(name, trouble="unread_large")
    except _Refused:
        return FetchedFile(name, trouble="unread_unreachable")
    if is_html and size and len(content) != size:  # Slack's page for signing in is HTML, too
        return FetchedFile(name, trouble="unread_unreachable")
    return FetchedFile(name, content)


async def _read(service: Service, url: str, most_bytes: int, seconds: float, *, html: bool) -> bytes:
    """The bytes that stand there. Raises `_Refused` (not from a host of Slack's, not the file), `_TooLarge`, `FAILURES`."""
    parts, own = urlsplit(url), urlsplit(service.settings.slack_api_url)
    known = parts.hostname in _HOSTS and parts.scheme == "https"
    if not known and (parts.scheme, parts.netloc) != (own.scheme, own.netloc):
        logger.warning("a file of a strange host was not fetched")
        raise _Refused
    client = service.gateway.client
    assert client.session is not None
    headers = {"Authorization": f"Bearer {client.token}"}
    timeout = aiohttp.ClientTimeout(total=seconds)
    # No redirects: they could lead anywhere, with our token.
    async with client.session.get(url, headers=headers, allow_redirects=False, timeout=timeout) as answer:
        if answer.status >= 500:
            raise aiohttp.ClientError
        if answer.status != 200 or ("html" in answer.content_type and not html):
            raise _Refused
        raw = bytearray()
        async for chunk in answer.content.iter_chunked(_PIECE):
            raw += chunk
            if len(raw) > most_bytes:
                raise _TooLarge
    return bytes(raw)
