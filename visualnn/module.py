"""Objects that hold variables: the root of layers and models.

Whatever is assigned to an attribute, or put into a list, tuple or dict that is, counts as held.
Nothing is registered: the attributes are walked when somebody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from visualnn.scope import scope
from visualnn.variable import Variable

AWAITED = "_awaited"
"""The attribute of an object that a checkpoint has more variables for than it holds yet."""


def tell(owner: Any) -> None:
    """Let a checkpoint that waits for new attributes of an object look at it again."""
    awaited = vars(owner).get(AWAITED)
    if awaited is not None:
        awaited.look_again(owner)


class Module:
    """Something with variables and, inside it, other modules.

    Own variables are listed first, sorted by the attribute that holds them, then those of the
    modules inside, in the order of their attributes.

    Args:
        name: What it is called in name scopes; by default the class name in snake case.
    """

    def __init__(self, name: str | None = None):
        if name is not None and not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise ValueError(
                f"{name!r} is not a name for a module: use letters, digits and underscores, "
                "and begin with a letter."
            )
        self._name = name or snake_case(type(self).__name__)

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        if AWAITED in self.__dict__:
            tell(self)

    @property
    def name(self) -> str:
        return self._name

    @property
    def name_scope(self):
        """``with module.name_scope:`` puts what is recorded inside under its name."""
        return scope(self.name)

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable held, those of inner modules included."""
        return tuple(held(self, Variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.variables if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        return tuple(v for v in self.variables if not v.trainable)

    @property
    def submodules(self) -> tuple[Module, ...]:
        """Every module held, at any depth."""
        return tuple(held(self, Module))


def held(module: Module, kind: type) -> Iterator[Any]:
    """The objects of this kind that a module holds, each once, without recursion."""
    seen: set[int] = {id(module)}
    waiting: list[Module] = [module]
    while waiting:
        here = waiting.pop(0)
        inner: list[Module] = []
        for leaf in attribute_leaves(here):
            if id(leaf) in seen or not isinstance(leaf, Variable | Module):
                continue
            seen.add(id(leaf))
            if isinstance(leaf, kind):
                yield leaf
            if isinstance(leaf, Module):
                inner.append(leaf)
        waiting[:0] = inner


def attribute_leaves(module: Module) -> Iterator[Any]:
    """What the attributes hold, sorted by attribute, with lists, tuples and dicts opened."""
    stack = [value for _, value in sorted(vars(module).items(), reverse=True)]
    opened: set[int] = set()
    while stack:
        x = stack.pop()
        if isinstance(x, dict | list | tuple):
            if id(x) not in opened:
                opened.add(id(x))
                stack.extend(reversed(list(x.values()) if isinstance(x, dict) else x))
        else:
            yield x


def snake_case(name: str) -> str:
    """``BatchNormalization`` as ``batch_normalization``, by Keras's rules."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()
