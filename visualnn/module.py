"""Objects that hold variables: the root of layers and models.

Whatever is assigned to an attribute, or put into a list, tuple or dict that is, counts as held.
Nothing is registered: the attributes are walked when somebody asks.
"""

from __future__ import annotations

import functools
import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType
from typing import Any

from visualnn.scope import absolute_scope, current_owner, owned_by, scope
from visualnn.variable import Variable

AWAITED = "_awaited"
"""The attribute of an object that a checkpoint has more variables for than it holds yet."""


def tell(owner: Any) -> None:
    """Let a checkpoint that waits for new attributes of an object look at it again."""
    awaited = vars(owner).get(AWAITED)
    if awaited is not None:
        awaited.look_again(owner)


_calling: ContextVar[Any] = ContextVar("calling", default=None)


class Module:
    """Something with variables and, inside it, other modules.

    Own variables are listed first, sorted by the attribute that holds them, then those of the
    modules inside, in the order of their attributes.

    What a module that is called inside another one records is put under the attribute that holds
    it, as ``encoder`` or ``blocks/0``; the outermost one has no name in front.

    Args:
        name: What it is called in name scopes; by default the class name in snake case.
    """

    _scopes_calls = True
    """Whether ``__call__`` is put under the attribute that holds the object; layers have names."""

    _frozen = False

    def __init_subclass__(cls, **kwargs: Any):
        super().__init_subclass__(**kwargs)
        call = vars(cls).get("__call__")
        if cls._scopes_calls and isinstance(call, FunctionType):
            cls.__call__ = _scoped(call)  # type: ignore[attr-defined] - it is there

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

    @classmethod
    def with_name_scope(cls, method: Callable) -> Callable:
        """Make a method one whose variables and operations are put under the module's name."""

        @functools.wraps(method)
        def inside(self: Module, *args: Any, **kwargs: Any) -> Any:
            with self.name_scope:
                return method(self, *args, **kwargs)

        return inside

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Every variable held, those of inner modules included."""
        return tuple(held(self, Variable))

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of them that training may change: none of modules that are frozen."""
        if not self.trainable:
            return ()
        return tuple(v for v in held(self, Variable, lambda m: m.trainable) if v.trainable)

    @property
    def non_trainable_variables(self) -> tuple[Variable, ...]:
        trained = set(map(id, self.trainable_variables))
        return tuple(v for v in self.variables if id(v) not in trained)

    @property
    def trainable(self) -> bool:
        """Whether training changes the variables; setting it sets the modules inside, too."""
        return not self._frozen

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._frozen = not value
        for module in held(self, Module):
            module.trainable = value

    @property
    def submodules(self) -> tuple[Module, ...]:
        """Every module held, at any depth."""
        return tuple(held(self, Module))


def _scoped(call: Callable) -> Callable:
    """A ``__call__`` that runs in the scope of its module."""

    @functools.wraps(call)
    def scoped(self: Module, *args: Any, **kwargs: Any) -> Any:
        with call_scope(self):
            return call(self, *args, **kwargs)

    return scoped


@contextmanager
def call_scope(module: Module) -> Iterator[None]:
    """Put what is recorded inside under the attribute of the object around that holds a module."""
    around = current_owner() or _calling.get()
    token = _calling.set(module)
    try:
        if around is None or around is module:
            yield
        else:
            with scope(_way(around, module) or module.name, module):
                yield
    finally:
        _calling.reset(token)


@contextmanager
def outermost() -> Iterator[None]:
    """Put what is recorded inside under no name, as if no module were being called."""
    token = _calling.set(None)
    try:
        with absolute_scope(""), owned_by(None):
            yield
    finally:
        _calling.reset(token)


def _way(holder: Any, module: Module) -> str:
    """The shortest way of attributes from an object to a module it holds, if there is one."""
    waiting: deque[tuple[str, Any]] = deque([("", holder)])
    seen: set[int] = set()
    while waiting:
        path, x = waiting.popleft()
        for name, item in _parts(x):
            here = f"{path}/{name}".lstrip("/")
            if item is module:
                return here
            if isinstance(item, Module | dict | list | tuple) and id(item) not in seen:
                seen.add(id(item))
                waiting.append((here, item))
    return ""


def _parts(x: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(x, dict):
        yield from ((str(key), item) for key, item in x.items())
    elif isinstance(x, list | tuple):
        yield from ((str(i), item) for i, item in enumerate(x))
    else:  # public attributes first: private ones may note once more what these hold
        names = sorted(vars(x), key=lambda name: name.startswith("_"))
        yield from ((name.lstrip("_") or name, vars(x)[name]) for name in names)


def _everywhere(module: Module) -> bool:
    return True


def held(module: Module, kind: type, into: Callable[[Module], bool] = _everywhere) -> Iterator[Any]:
    """The objects of this kind that a module holds, each once, without recursion.

    Args:
        module: The module.
        kind: A class.
        into: Whether to look into a module inside.
    """
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
            if isinstance(leaf, Module) and into(leaf):
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
