"""A policy for each of the layers inside a layer, by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any

from visualnn.dtype_policies.policy import DTypePolicy, dtype_policy
from visualnn.dtype_policies.selection import get
from visualnn.serialization import public, serialize_keras_object


@public("keras.dtype_policies")
class DTypePolicyMap(DTypePolicy, MutableMapping):
    """The policies of layers by their paths, and one for all others.

    A key is a path, ``encoder/query``, or a regular expression that all of a path must match.

    Args:
        default_policy: The policy of paths that no key stands for; by default the global one.
        policy_map: Policies by path.
    """

    def __init__(self, default_policy: Any = None, policy_map: dict[str, Any] | None = None):
        if policy_map is not None and not isinstance(policy_map, dict):
            raise TypeError(f"`policy_map` must be a dict of policies, but is {policy_map!r}.")
        self._given = None if default_policy is None else get(default_policy)
        self._policies: dict[Any, Any] = dict(policy_map or {})

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy of paths that no key stands for."""
        return self._given or dtype_policy()

    @property
    def name(self) -> str:
        return f"map_{self.default_policy.name}"

    @property
    def compute_dtype(self) -> str:
        return self.default_policy.compute_dtype

    @property
    def variable_dtype(self) -> str:
        return self.default_policy.variable_dtype

    @property
    def quantization_mode(self) -> str | None:
        return self.default_policy.quantization_mode

    def __getitem__(self, key: str) -> Any:
        """The policy of a path: its own, that of the one key that matches it, or the default.

        Raises:
            ValueError: When several keys match it.
        """
        if key in self._policies:
            return self._policies[key]
        matching = [known for known in self._policies if re.fullmatch(str(known), key)]
        if len(matching) > 1:
            raise ValueError(
                f"The path {key!r} is matched by {len(matching)} keys of the policies: "
                f"{', '.join(map(repr, matching))}. Write them so that one matches."
            )
        return self._policies[matching[0]] if matching else self.default_policy

    def __setitem__(self, key: str, policy: Any) -> None:
        """Keep the policy of a path that has none yet.

        Raises:
            ValueError: When it has one.
        """
        if key in self._policies:
            raise ValueError(
                f"{key!r} already has the policy {self._policies[key]!r}. Delete it first."
            )
        self._policies[key] = get(policy)

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __contains__(self, key: Any) -> bool:
        return key in self._policies

    def __len__(self) -> int:
        return len(self._policies)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._policies)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def get_config(self) -> dict[str, Any]:
        """The settings, as a saved file keeps them; the global policy is left open in them."""
        usual = dtype_policy().name
        records = {}
        for path, policy in self._policies.items():
            record = serialize_keras_object(policy)
            for key in ("name", "source_name"):
                if isinstance(record, dict) and record["config"].get(key) == usual:
                    record["config"][key] = None
            records[path] = record
        given = self._given
        default = None if given is None or given.name == usual else given.name
        return {"default_policy": default, "policy_map": records}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> DTypePolicyMap:
        policies = {path: get(x) for path, x in (config.get("policy_map") or {}).items()}
        return cls(config.get("default_policy"), policies)

    def __repr__(self) -> str:
        policies = [(path, getattr(x, "name", x)) for path, x in self._policies.items()]
        return f"<DTypePolicyMap default_policy={self.default_policy.name}, mapping={policies}>"
