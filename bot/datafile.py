"""Data files that people write: YAML 1.2 checked against a model, with errors that name file, line and the mend."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ValidationError

from bot.errors import BonventError

Model = TypeVar("Model", bound=BaseModel)


_SHAPES = {
    "model_type": "write keys with values here (key: value)",
    "model_attributes_type": "write keys with values here (key: value)",
    "dict_type": "write keys with values here (key: value)",
    "tuple_type": "write a list here ([one, two], or a line with - for each)",
    "list_type": "write a list here ([one, two], or a line with - for each)",
    "string_type": "write text here (in quotes, if it looks like a number or a date)",
    "bool_type": "write true or false here",
}
"""What to write instead, by pydantic's kind of error."""


class KnowledgeError(BonventError):
    """A file of `knowledge/` or `prompts/` can't be used. Its text is one line a problem: `file:line: what to do`."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def shipped(name: str) -> Path:
    """`knowledge`, `prompts` or `manifest.json` as it comes with Bonvent: in the wheel, or beside `bot/` in a checkout."""
    here = Path(__file__).resolve().parent
    packed = here / "shipped" / name
    return packed if packed.exists() else here.parent / name


def read_text(path: Path) -> str:
    """The file's text, or a `KnowledgeError` that says why there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise KnowledgeError(f"{path}: the file is missing") from None
    except UnicodeDecodeError as error:
        raise KnowledgeError(f"{path}: not UTF-8 (byte {error.start}): save it as UTF-8") from None
    except OSError as error:
        raise KnowledgeError(f"{path}: can't be read: {error.strerror}") from None


def load(path: Path, model: type[Model]) -> Model:
    """Reads `path` as YAML and validates it as `model`. Raises `KnowledgeError`."""
    return validate(read_text(path), path, model)


def validate(text: str, path: Path, model: type[Model], first_line: int = 1) -> Model:
    """Validates YAML `text`; `first_line` is the line of `path` on which it starts (front matter)."""
    try:
        if "*" in text and "&" in text:
            _plain(_parse(text, "safe", path, first_line))  # an alias that contains itself never ends
    except RecursionError:
        raise KnowledgeError(
            f"{path}:{first_line}: an alias (*name) stands inside what it names: write it out"
        ) from None
    except KnowledgeError:
        pass  # said below, with its line
    try:
        # Parsed in C first: ten times faster, but it knows no lines, and not all of YAML 1.2 (`{at: 09:00:00}`).
        return model.model_validate(_plain(_parse(text, "safe", path, first_line)))
    except (KnowledgeError, ValidationError):
        tree = _parse(text, "rt", path, first_line)
    try:
        return model.model_validate(_plain(tree))
    except ValidationError as error:
        problems = [_explain(e, tree, path, model, first_line) for e in error.errors()]
        raise KnowledgeError(*problems) from None


def _parse(text: str, kind: Literal["safe", "rt"], path: Path, first_line: int) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        tree = YAML(typ=kind).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = (mark.line if mark else 0) + first_line
        raise KnowledgeError(f"{path}:{line}: not valid YAML: {error.problem or error}") from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise KnowledgeError(f"{path}:{first_line}: not valid YAML: {error}") from None
    return {} if tree is None else tree


def _plain(node: Any) -> Any:
    """The loaded tree without its line marks: dicts, lists, and plain numbers and strings."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    if isinstance(node, bool):
        return bool(node)
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    return node


def line_of(tree: Any, where: tuple[int | str, ...]) -> int:
    """The 1-based line of the deepest part of `where` that the file has."""
    line = 0
    for step in where:
        marks: Any = tree  # ruamel's own kinds of dict and list carry line marks
        try:
            if isinstance(tree, dict) and step in tree:
                line = marks.lc.key(step)[0]
                tree = tree[step]
            elif isinstance(tree, list) and isinstance(step, int):
                line = marks.lc.item(step)[0]
                tree = tree[step]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    return line + 1


def _explain(error: Any, tree: Any, path: Path, model: type[BaseModel], first_line: int) -> str:
    where: tuple[int | str, ...] = error["loc"]
    line = line_of(tree, where) + first_line - 1
    place = ".".join(str(step) for step in where) or "the file"
    kind, what = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        known = _keys_at(model, where[:-1])
        close = difflib.get_close_matches(str(where[-1]), known, n=1)
        hint = f" Did you mean “{close[0]}”?" if close else f" Known here: {', '.join(known)}." if known else ""
        what = f"unknown key.{hint}"
    elif kind == "missing":
        what = "is missing: add it"
    elif kind in _SHAPES:
        what = _SHAPES[kind]
    elif "expected" in error.get("ctx", {}) and kind in ("literal_error", "enum"):
        close = difflib.get_close_matches(str(error["input"]), re.findall(r"'([^']+)'", what), n=1)
        what = f"“{error['input']}” is not one of {error['ctx']['expected']}" + (
            f": write “{close[0]}”" if close else ""
        )
    return f"{path}:{line}: {place}: {what}"


def _keys_at(model: Any, where: tuple[int | str, ...]) -> list[str]:
    """The keys that the model takes at `where`; empty when that isn't a model."""
    import typing

    current: Any = model
    for step in where:
        if isinstance(current, type) and issubclass(current, BaseModel):
            fields = {f.alias or name: f.annotation for name, f in current.model_fields.items()}
            if step not in fields:
                return []
            current = fields[str(step)]
        else:
            current = next(
                (a for a in typing.get_args(current)[::-1] if a is not type(None) and a is not Ellipsis), None
            )
        while typing.get_origin(current) is typing.Annotated or type(None) in typing.get_args(current):
            current = next(a for a in typing.get_args(current) if a is not type(None))
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [f.alias or name for name, f in current.model_fields.items()]
    return []
