"""An OpenAI-compatible endpoint on loopback that answers as scripted and is stricter than the real one.

It checks what we send (key, parameters, a strict and bounded schema) and records it, so that tests can show what went
over the wire. Its answers are scripted: they say nothing about the quality of any model.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "test-key"
MODEL = "scripted"
_CHAT = {"model", "messages", "response_format", "temperature", "max_completion_tokens", "max_tokens", "stream"}
_EMBED = {"model", "input", "encoding_format", "dimensions", "user"}
_SCHEMA = {"type", "properties", "required", "additionalProperties", "items", "maxItems", "maxLength", "enum"}
_DIMENSIONS = 16


@dataclass
class Reply:
    """One scripted answer."""

    content: str | None = ""
    status: int = 200
    finish_reason: str = "stop"
    refusal: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent as it is instead of a completion."""
    content_type: str = "application/json"
    hang: bool = False
    """Sends nothing until the stand-in closes."""
    no_choices: bool = False


@dataclass
class StandIn:
    """A running endpoint: `base_url`, what it was asked, and what it will say."""

    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    """Why requests were turned down; a test that expects none asserts it is empty."""
    refuses: set[str] = field(default_factory=set)
    """Parameters or schema keywords that this endpoint doesn't take."""
    script: deque[Reply] = field(default_factory=deque)
    seconds: float = 0.0
    """What every answer takes."""
    closing: threading.Event = field(default_factory=threading.Event)

    def says(self, *answers: object) -> StandIn:
        """Queues answers: a `Reply`, a string as content, or data to be sent as JSON."""
        for answer in answers:
            if isinstance(answer, Reply):
                self.script.append(answer)
            else:
                self.script.append(Reply(answer if isinstance(answer, str) else json.dumps(answer)))
        return self

    @property
    def wire(self) -> str:
        """All that was ever sent to it."""
        return "\n".join(json.dumps(request, ensure_ascii=False) for request in self.requests)


def nothing_to_say(schema: dict[str, Any]) -> str:
    """An answer without any objection: every criterion is denied; nothing is said, praised or rewritten."""
    parts = schema["properties"]
    if "criteria" not in parts:
        return json.dumps({name: [] if part["type"] == "array" else None for name, part in parts.items()})
    rules = parts["criteria"]
    enum = rules["items"]["properties"]["rule"]["enum"] if rules.get("maxItems", 1) else []
    criteria = [{"rule": rule, "verdict": "no", "quote": "", "why": "", "fix": ""} for rule in enum]
    return json.dumps({"criteria": criteria, "wording": [], "praise": "", "rewrite": None, "citations": []})


def schema_faults(node: Any, refused: set[str], at: str = "$") -> Iterator[str]:
    """What a strict endpoint objects to in a JSON schema."""
    if not isinstance(node, dict):
        yield f"{at}: not an object"
        return
    for keyword in node:
        if keyword not in _SCHEMA or keyword in refused:
            yield f"{at}: '{keyword}' is not permitted"
    kinds = node.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "object" in kinds:
        properties = node.get("properties", {})
        if node.get("additionalProperties") is not False:
            yield f"{at}: additionalProperties must be false"
        if sorted(node.get("required", [])) != sorted(properties):
            yield f"{at}: required must name every property"
        for name, child in properties.items():
            yield from schema_faults(child, refused, f"{at}.{name}")
    if "array" in kinds:
        if "maxItems" not in node and "maxItems" not in refused:
            yield f"{at}: an array without maxItems"
        yield from schema_faults(node.get("items"), refused, f"{at}[]")
    if "string" in kinds and "enum" not in node and "maxLength" not in node and "maxLength" not in refused:
        yield f"{at}: a string without maxLength"
    if "enum" in node and (not node["enum"] or len(set(node["enum"])) != len(node["enum"])):
        yield f"{at}: an enum must have values, each once"


def _chat_faults(request: dict[str, Any], refused: set[str]) -> Iterator[str]:
    for name in request:
        if name not in _CHAT or name in refused:
            yield f"Unsupported parameter: '{name}'"
    if request.get("model") != MODEL:
        yield "unknown model"
    if request.get("stream"):
        yield "streams are not served"
    if not request.get("max_completion_tokens") and not request.get("max_tokens"):
        yield "no bound on the tokens"
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages or messages[0].get("role") != "system":
        yield "messages must start with a system message"
        return
    for message in messages:
        if set(message) - {"role", "content"} or not isinstance(message.get("content"), str):
            yield "a message is a role and a text"
    shape = request.get("response_format", {})
    spec = shape.get("json_schema", {})
    if shape.get("type") != "json_schema" or spec.get("strict") is not True:
        yield "response_format must be a strict json_schema"
    elif not re.fullmatch(r"[\w-]{1,64}", spec.get("name", "")):
        yield "the schema needs a name"
    else:
        yield from schema_faults(spec.get("schema"), refused)


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                return self._error(401, "bad key")
            try:
                request = json.loads(raw)
            except ValueError:
                return self._error(400, "not JSON")
            stand_in.requests.append(request)
            if self.path.endswith("/chat/completions"):
                return self._chat(request)
            if self.path.endswith("/embeddings"):
                return self._embeddings(request)
            return self._error(404, "no such path")

        def _chat(self, request: dict[str, Any]) -> None:
            faults = list(_chat_faults(request, stand_in.refuses))
            if faults:
                stand_in.complaints += faults
                return self._error(400, "; ".join(faults))
            schema = request["response_format"]["json_schema"]["schema"]
            reply = stand_in.script.popleft() if stand_in.script else Reply(nothing_to_say(schema))
            stand_in.closing.wait(stand_in.seconds)
            if reply.hang:
                stand_in.closing.wait(30)
                self.close_connection = True
                return None
            if reply.body is not None:
                return self._send(reply.status, reply.body, reply.headers, reply.content_type)
            if reply.status != 200:
                return self._error(reply.status, "scripted failure", reply.headers)
            message = {"role": "assistant", "content": reply.content, "refusal": reply.refusal}
            choice = {"index": 0, "message": message, "finish_reason": reply.finish_reason, "logprobs": None}
            body = {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 0,
                "model": MODEL,
                "choices": [] if reply.no_choices else [choice],
                "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
            }
            return self._send(200, json.dumps(body).encode(), reply.headers)

        def _embeddings(self, request: dict[str, Any]) -> None:
            texts = [request["input"]] if isinstance(request.get("input"), str) else request.get("input")
            unknown = sorted(set(request) - _EMBED)
            if unknown or not isinstance(texts, list) or not all(isinstance(t, str) and t for t in texts):
                return self._error(400, f"embeddings take texts and {sorted(_EMBED)}, not {unknown}")
            size = request.get("dimensions") or _DIMENSIONS
            as_base64 = request.get("encoding_format") == "base64"
            vectors = [_vector(text, size) for text in texts]
            data = [
                {
                    "object": "embedding",
                    "index": n,
                    "embedding": base64.b64encode(struct.pack(f"<{size}f", *v)).decode() if as_base64 else v,
                }
                for n, v in enumerate(vectors)
            ]
            usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
            body = {"object": "list", "data": data, "model": request["model"], "usage": usage}
            return self._send(200, json.dumps(body).encode(), {})

        def _error(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
            body = {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}
            self._send(status, json.dumps(body).encode(), headers or {})

        def _send(self, status: int, body: bytes, headers: dict[str, str], kind: str = "application/json") -> None:
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _vector(text: str, size: int) -> list[float]:
    """The same text gives the same direction; texts that share words are nearer."""
    vector = [0.0] * size
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.sha256(word.encode()).digest()
        vector[digest[0] % size] += 1.0 if digest[1] % 2 else -1.0
    norm = sum(x * x for x in vector) ** 0.5 or 1.0
    return [x / norm for x in vector]


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """A running stand-in, on a free port of 127.0.0.1."""
    endpoint = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(endpoint))
    server.daemon_threads = True
    endpoint.base_url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        endpoint.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
