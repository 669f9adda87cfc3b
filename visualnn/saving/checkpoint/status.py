"""What came of restoring a checkpoint, which a program can insist on."""

from __future__ import annotations

from typing import Any

from visualnn.saving.checkpoint.bundle import BundleReader
from visualnn.saving.checkpoint.object_graph import Children, children_of
from visualnn.saving.checkpoint.restoring import Restoration
from visualnn.variable import Variable

_SHOWN = 10  # names in a message


class LoadStatus:
    """What came of restoring: each method checks something and gives the status again.

    What is not there yet when a checkpoint is restored, as the weights of a layer that is not
    built, gets its values when it is made, so the checks see more and more.
    """

    def __init__(self, restoration: Restoration):
        self._restoration = restoration
        self._exempt: Variable | None = None

    def without(self, counter: Variable) -> LoadStatus:
        """Let this variable, which is there for saving alone, need no value."""
        self._exempt = counter
        return self

    def assert_consumed(self) -> LoadStatus:
        """Check that every tensor of the checkpoint has its variable, and every variable one.

        Raises:
            AssertionError: When one has not; it says which.
        """
        self._look_again()
        unused = self._restoration.unused()
        if unused:
            raise AssertionError(
                f"Unresolved: {_counted(len(unused), 'tensor')} of the checkpoint "
                f"{self._restoration.reader.prefix!r} belong to no object here: {_shown(unused)}."
            )
        return self.assert_existing_objects_matched()

    def assert_existing_objects_matched(self) -> LoadStatus:
        """Check that every variable that is there has a tensor in the checkpoint.

        Raises:
            AssertionError: When one has not; it says which.
        """
        self._look_again()
        missing = [x for x in self._restoration.unmatched() if x is not self._exempt]
        if missing:
            paths = [f"{x.path} {x.shape}" for x in missing]
            raise AssertionError(
                f"{_counted(len(missing), 'variable')} have no value in the checkpoint "
                f"{self._restoration.reader.prefix!r}: {_shown(paths)}."
            )
        return self

    def assert_nontrivial_match(self) -> LoadStatus:
        """Check that something but the root was found.

        Raises:
            AssertionError: When nothing was.
        """
        self._look_again()
        if len(self._restoration.matched) < 2:
            raise AssertionError(
                f"Nothing here matches the checkpoint {self._restoration.reader.prefix!r}: it "
                f"holds {_shown(list(self._restoration.nodes[0].children))}."
            )
        return self

    def expect_partial(self) -> LoadStatus:
        """Say that tensors of the checkpoint are left over on purpose; nothing warns of them."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Do nothing: values are restored at once."""

    def initialize_or_restore(self, session: Any = None) -> None:
        """Do nothing: values are restored at once."""

    def _look_again(self) -> None:
        """Find what came to plain lists and dicts, which tell nobody."""
        for _, child in list(self._restoration.matched.items()):
            if hasattr(child, "__dict__") and id(child) in self._restoration.waiting:
                self._restoration.look_again(child)


class NothingRestored:
    """The status where there was no checkpoint: there is nothing to check."""

    def _refuse(self) -> Any:
        raise AssertionError("No checkpoint was given (save_path=None): nothing is restored.")

    def assert_consumed(self) -> Any:
        """Refuse: nothing was restored."""
        return self._refuse()

    assert_existing_objects_matched = assert_nontrivial_match = assert_consumed

    def expect_partial(self) -> NothingRestored:
        """Give the status again."""
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Do nothing."""

    initialize_or_restore = run_restore_ops


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _shown(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def restored(reader: BundleReader, root: Any, children: Children = children_of) -> LoadStatus:
    """Give objects their values; the status says what came of it."""
    return LoadStatus(Restoration(reader, root, children))
