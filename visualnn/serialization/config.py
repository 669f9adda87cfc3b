"""A record of settings that can be written like a dict or like attributes."""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import Any


class Config:
    """Settings by name, as attributes or as items, that can be frozen and written as JSON.

    Args:
        **kwargs: The settings.
    """

    _config: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any):
        vars(self).update(_config=dict(kwargs), _frozen=False)

    @property
    def frozen(self) -> bool:
        """Whether the settings can no longer be changed."""
        return self._frozen

    def freeze(self) -> None:
        """Refuse changes from now on."""
        vars(self)["_frozen"] = True

    def unfreeze(self) -> None:
        """Allow changes again."""
        vars(self)["_frozen"] = False

    def as_dict(self) -> dict[str, Any]:
        """The settings, in a dict of the caller's own."""
        return dict(self._config)

    def to_json(self) -> str:
        """The settings as JSON."""
        return json.dumps(self._config)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._config.keys()

    def values(self) -> ValuesView[Any]:
        """What the settings are set to."""
        return self._config.values()

    def items(self) -> ItemsView[str, Any]:
        """Names, and what they are set to."""
        return self._config.items()

    def get(self, key: str, default: Any = None) -> Any:
        """A setting, or what to take where there is none of this name."""
        return self._config.get(key, default)

    def pop(self, *args: Any) -> Any:
        """Take a setting out."""
        self._check()
        return self._config.pop(*args)

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Set several at once, as a dict does."""
        self._check()
        self._config.update(*args, **kwargs)

    def _check(self) -> None:
        if self._frozen:
            raise ValueError("The config is frozen: call `unfreeze()` before you change it.")

    def __getitem__(self, key: str) -> Any:
        return self._config[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._check()
        self._config[key] = value

    def __delitem__(self, key: str) -> None:
        self._check()
        del self._config[key]

    def __getattr__(self, name: str) -> Any:
        config = vars(self).get("_config", {})
        if name in config:
            return config[name]
        there = ", ".join(config) or "nothing"
        raise AttributeError(f"The config has no {name!r}. It has: {there}.")

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        del self[name]

    def __contains__(self, key: object) -> bool:
        return key in self._config

    def __iter__(self) -> Iterator[str]:
        return iter(self._config)

    def __len__(self) -> int:
        return len(self._config)

    def __repr__(self) -> str:
        return f"<Config {self._config}>"
