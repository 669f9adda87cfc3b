"""The sentences that Python says in the builder, found in its sources; for the tests of words."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import visualnn
from visualnn.builder import layer_words
from visualnn.builder.commands import COMMANDS
from visualnn.builder.palette import palette

PACKAGE = Path(visualnn.__file__).parent
FOLDERS = ("builder", "widgets")
NOT_SAID = {  # what people see elsewhere than in the builder, or what is no language
    "__init__.py", "analysis.py", "bundle.py", "cells.py", "clipboard.py", "code.py", "configs.py",
    "families.py", "figure.py", "frozen.py", "graph_viewer.py", "graphs.py", "kinds.py",
    "layer_words.py", "literals.py", "messages.py", "parsing.py", "running.py", "saved.py",
    "synonyms.py", "training_figure.py",
}  # fmt: skip
NAMES = {
    "this layer", " cannot be made from this: ", "    def call(self, inputs):", "no notebook",
    "visualnn training", r" \(called on [^)]*\)\)?$",
}  # fmt: skip
FOR_PROGRAMS = {"MessageError", "InvalidModelFile", "TypeError", "print", "Thread", "Template"}
WORDS = re.compile(r"[a-z]{2,}[,:]? [a-z]|^[A-Z][a-z]+ [a-z{]")


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((PACKAGE / folder).glob("*.py"))


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def templates() -> dict[str, str]:
    """Every template that is given to ``say`` or ``counted``, and the file where that is."""
    found = {}
    for path in sources():
        tree = ast.parse(path.read_text())
        for call in calls(tree, "say"):
            if isinstance(call.args[0], ast.Constant):
                found[call.args[0].value] = path.name
        for call in calls(tree, "counted"):
            if isinstance(call.args[1], ast.Constant):
                found |= {f"{{count}} {call.args[1].value}{s}": path.name for s in ("", "s")}
    return found


def explanations() -> dict[str, str]:
    """What is said of layers, settings, templates and commands: the first sentences of docs."""
    found = {}
    offered = palette()
    for layer in offered.layers:
        if layer.family == "Own":  # of another test
            continue
        found[layer.help] = layer.name
        found |= {setting.help: f"{layer.name}.{setting.name}" for setting in layer.settings}
    for template in offered.templates:
        found |= {template.title: template.name, template.help: template.name}
    for name, command in COMMANDS.items():
        found[inspect.getdoc(command).split(".")[0]] = name
    found.pop("", None)
    return found


def keys() -> dict[str, str]:
    """All that the catalogue must have, with where it is said; names of layers are the same."""
    said = dict.fromkeys([*layer_words.SENTENCES, *layer_words.PARTS], "layer_words.py")
    found = said | templates() | explanations()
    return {key: place for key, place in found.items() if needs_words(key)}


def needs_words(key: str) -> bool:
    """Whether there is anything in a text that is not a name, a number or a sign."""
    return bool(re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}", "", key)))


def past_the_catalogue() -> list[str]:
    """Texts that look like sentences and are not given to ``say``."""
    found, known = [], explanations().keys() | NAMES
    for path in sources():
        if path.name in NOT_SAID:
            continue
        tree = ast.parse(path.read_text())
        allowed = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr):  # a docstring
                allowed.add(node.value)
            name = getattr(getattr(node, "func", None), "id", "")
            if isinstance(node, ast.Call) and name in {*FOR_PROGRAMS, "say"}:
                allowed |= {inner for given in node.args for inner in ast.walk(given)}
        for node in ast.walk(tree):
            if node not in allowed and isinstance(node, ast.Constant):
                text = node.value
                if isinstance(text, str) and WORDS.search(text) and text not in known:
                    found.append(f"{path.name}:{node.lineno}: {node.value}")
    return found
