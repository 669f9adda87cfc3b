"""Models to begin with.  Each is an ordinary drawing: nothing about it is special once it is there.

A template is written here as anybody would write the model; its file says what it is made for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from visualnn.builder import clipboard
from visualnn.builder.document import Document
from visualnn.builder.live import document_of
from visualnn.builder.templates_general import (
    autoencoder,
    mlp,
    multi_input,
    siamese,
    variational_autoencoder,
)
from visualnn.builder.templates_pictures import gan, lenet, resnet, unet, vgg
from visualnn.builder.templates_sequences import (
    gru_sequence_to_sequence,
    lstm_classifier,
    transformer_encoder,
)
from visualnn.models import Model


@dataclass(frozen=True)
class TemplateView:
    """A model to begin with, as the palette shows it."""

    name: str
    title: str
    help: str
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class Template:
    """A model to begin with.

    Attributes:
        title: What it is called.
        build: Makes the model; its docstring says what it is for.
        synonyms: What else it is looked for by.
    """

    title: str
    build: Callable[[], Model]
    synonyms: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the model."""
        return self.build.__name__

    @property
    def view(self) -> TemplateView:
        """What the palette shows."""
        said = " ".join((self.build.__doc__ or "").split("\n\n")[0].split())
        return TemplateView(self.name, self.title, said, self.synonyms)

    @cached_property
    def document(self) -> Document:
        """The drawing."""
        return document_of(self.build())

    @cached_property
    def text(self) -> str:
        """Its blocks as text, as copying them would give it."""
        return clipboard.copy(self.document, list(self.document.calls))


TEMPLATES: dict[str, Template] = {
    template.name: template
    for template in (
        Template("MLP", mlp, ("multilayer perceptron", "dense", "tabular", "feedforward")),
        Template("LeNet", lenet, ("mnist", "digits", "cnn")),
        Template("VGG block", vgg, ("cnn", "cifar")),
        Template("ResNet", resnet, ("residual", "skip connection", "cifar")),
        Template("U-Net", unet, ("segmentation", "mask")),
        Template("Autoencoder", autoencoder, ("compression", "anomaly")),
        Template("VAE", variational_autoencoder, ("variational autoencoder", "generative")),
        Template("LSTM classifier", lstm_classifier, ("text", "sentiment", "rnn", "imdb")),
        Template("GRU seq2seq", gru_sequence_to_sequence, ("translation", "encoder decoder")),
        Template("Transformer encoder", transformer_encoder, ("attention", "bert", "text")),
        Template("GAN pair", gan, ("generative", "adversarial", "dcgan")),
        Template("Siamese", siamese, ("similarity", "twin", "pairs", "shared layers")),
        Template("Multi-input", multi_input, ("mixed data", "two inputs", "side information")),
    )
}
"""The models to begin with, by name."""
