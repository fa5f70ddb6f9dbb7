"""`networks.yaml` from disk, and the network that a person means by a name."""

from __future__ import annotations

import difflib
from pathlib import Path

from bot.datafile import KnowledgeError, load
from bot.networks.models import Network, Networks


def load_networks(path: Path) -> Networks:
    """Reads and checks the file. Raises `KnowledgeError`, also for a name that two networks claim."""
    networks = load(path, Networks)
    owner: dict[str, str] = {}
    problems = []
    for name, network in networks.networks.items():
        unknown = [key for key in network.uncertain if key not in Network.model_fields and key != "hashtags.most"]
        problems += [f"{path}: networks.{name}.uncertain: “{key}” is no key of a network" for key in unknown]
        for alias in (name, network.name, *network.aliases):
            if owner.setdefault(_key(alias), name) != name:
                problems.append(
                    f"{path}: networks.{name}: “{alias}” also means {owner[_key(alias)]}: remove one of them"
                )
    if problems:
        raise KnowledgeError(*problems)
    return networks


def resolve(networks: Networks, name: str) -> tuple[str, Network]:
    """The id and the network for a name, id or alias in any case. Raises `KnowledgeError` that names the nearest."""
    if name in networks.networks:
        return name, networks.networks[name]
    wanted = _key(name)
    names = {_key(alias): id_ for id_, n in networks.networks.items() for alias in (id_, n.name, *n.aliases)}
    if wanted in names:
        return names[wanted], networks.networks[names[wanted]]
    close = difflib.get_close_matches(wanted, names, n=1)
    hint = f": did you mean {names[close[0]]}?" if close else "."
    raise KnowledgeError(f"unknown network “{name}”{hint} There are {', '.join(networks.networks)}.")


def _key(name: str) -> str:
    return name.strip().lower().removeprefix("@").replace(" ", "")
