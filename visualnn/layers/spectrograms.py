"""Layers that turn sound into pictures: which frequencies there are, at which time."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

import numpy as np

from visualnn import ops
from visualnn.declaration import declared, setting
from visualnn.layers.formats import DataFormat
from visualnn.layers.input_spec import InputSpec
from visualnn.layers.layer import Layer
from visualnn.serialization import public
from visualnn.settings import Kind
from visualnn.spec import ShapeError, Spec

FAMILY = "Audio"

_COSINES = {  # the heights of windows as sums of cosines
    "hann": (0.5, -0.5),
    "hamming": (0.54, -0.46),
    "blackman": (0.42, -0.5, 0.08),
    "blackmanharris": (0.35875, -0.48829, 0.14128, -0.01168),
    "nuttall": (0.3635819, -0.4891775, 0.1365995, -0.0106411),
    "flattop": (0.21557895, -0.41663158, 0.277263158, -0.083578947, 0.006947368),
    "cosine": (),
    "boxcar": (1.0,),
    "bartlett": (),
    "triang": (),
}


def window_of(name: str, length: int, periodic: bool) -> np.ndarray:
    """How much each sample of a frame counts.

    Args:
        name: The name of the window, such as ``hann``.
        length: How many samples a frame has.
        periodic: Whether the next sample would be the first one again.

    Raises:
        ValueError: When there is no window of this name.
    """
    if name not in _COSINES:
        raise ValueError(f"{name!r} is no window; there are {', '.join(map(repr, _COSINES))}.")
    count = length + 1 if periodic else length
    places = np.arange(length)
    middle = (count - 1) / 2
    if name == "cosine":
        return np.sin(math.pi * (places + 0.5) / count)
    if name == "bartlett":
        return 1 - np.abs(places - middle) / max(middle, 1)
    if name == "triang":
        return 1 - np.abs(places - middle) / ((count + 1) / 2 if count % 2 else count / 2)
    turns = 2 * math.pi * places / max(count - 1, 1)
    return sum(
        (share * np.cos(i * turns) for i, share in enumerate(_COSINES[name])), np.zeros(length)
    )


def _as_window(x: Any) -> Any:
    if x is None or isinstance(x, str):
        if x is not None:
            window_of(x, 2, False)
        return x
    return np.asarray(x)


def _recorded(x: Any) -> Any:
    return x if isinstance(x, str) else np.asarray(x).tolist()


Window = Annotated[Any, Kind("window", _as_window, _recorded, lambda: [*_COSINES])]


@public("keras.layers")
@declared
class MelSpectrogram(Layer):
    """Turns sound into a picture of how loud each pitch is, (..., pitches, frames).

    Pitches are spaced as the ear hears them.

    Args:
        fft_length: How many samples a frame has for the Fourier transform.
        sequence_stride: How many samples the next frame begins later.
        sequence_length: How many samples count; by default ``fft_length``.
        window: How much each sample of a frame counts: ``"hann"`` or ``"hamming"``; ``None``
            counts all alike.
        sampling_rate: How many samples there are in a second.
        num_mel_bins: How many pitches there are.
        min_freq: The lowest frequency, in hertz.
        max_freq: The highest; by default half the sampling rate.
        power_to_db: Whether to give decibels.
        top_db: How many decibels below the loudest are the least that is told apart.
        mag_exp: The exponent of the amplitudes: 1 gives energy, 2 power.
        min_power: The least power that is told from silence.
        ref_power: The power of zero decibels.
    """

    fft_length: int = setting(2048, minimum=1)
    sequence_stride: int = setting(512, minimum=1)
    sequence_length: int | None = None
    window: Literal["hann", "hamming"] | None = "hann"
    sampling_rate: int = 16000
    num_mel_bins: int = setting(128, minimum=1)
    min_freq: float = 20.0
    max_freq: float | None = None
    power_to_db: bool = True
    top_db: float | None = 80.0
    mag_exp: float = 2.0
    min_power: float = 1e-10
    ref_power: float = 1.0

    def __post_init__(self):
        self.sequence_length = self.sequence_length or self.fft_length
        if self.sequence_length > self.fft_length:
            raise ValueError(
                f"MelSpectrogram: `sequence_length`={self.sequence_length} must not be greater "
                f"than `fft_length`={self.fft_length}."
            )
        self.max_freq = self.max_freq or int(self.sampling_rate / 2)

    def build(self, input_shape):
        """Nothing has to be made."""

    def call(self, inputs):
        inputs = ops.cast(inputs, "float32" if self.compute_dtype != "float64" else "float64")
        if not isinstance(Spec.of(inputs).sizes[-1], int):
            raise ShapeError(f"The length of the sound {Spec.of(inputs)} must be known.")
        single = Spec.of(inputs).ndim == 1
        inputs = ops.expand_dims(inputs, 0) if single else inputs
        real, imaginary = ops.stft(
            inputs,
            sequence_length=self.sequence_length,
            sequence_stride=self.sequence_stride,
            fft_length=self.fft_length,
            window=self.window,
            center=True,
        )
        loud = ops.sqrt(ops.square(real) + ops.square(imaginary)) ** self.mag_exp
        scale = self.linear_to_mel_weight_matrix(
            num_mel_bins=self.num_mel_bins,
            num_spectrogram_bins=self.fft_length // 2 + 1,
            sampling_rate=self.sampling_rate,
            lower_edge_hertz=self.min_freq,
            upper_edge_hertz=self.max_freq,
        )
        made = ops.matmul(loud, ops.cast(scale, loud.dtype))
        made = ops.swapaxes(made, -1, -2)
        made = self._in_decibels(made) if self.power_to_db else made
        made = ops.cast(made, self.compute_dtype)
        return ops.squeeze(made, axis=0) if single else made

    def _in_decibels(self, power: Any) -> Any:
        reference = 10 * math.log10(max(self.min_power, self.ref_power))
        found = ops.log10(ops.maximum(power, self.min_power)) * 10 - reference
        return found if self.top_db is None else ops.maximum(found, ops.max(found) - self.top_db)

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: float = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float | None = 3800.0,
        dtype: str = "float32",
    ) -> np.ndarray:
        """How much each frequency counts for each pitch, (frequencies, pitches): triangles."""
        hertz = np.linspace(0.0, sampling_rate / 2, num_spectrogram_bins)
        pitches = 1127.0 * np.log1p(hertz / 700.0)[:, None]
        ends = 1127.0 * np.log1p(
            np.array([lower_edge_hertz, upper_edge_hertz or sampling_rate / 2]) / 700.0
        )
        corners = np.linspace(ends[0], ends[1], num_mel_bins + 2)
        low, middle, high = corners[:-2], corners[1:-1], corners[2:]
        up, down = (pitches - low) / (middle - low), (high - pitches) / (high - middle)
        made = np.maximum(0.0, np.minimum(up, down))
        made[0] = 0.0  # the mean is no pitch
        return made.astype(dtype)


_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


@public("keras.layers")
@declared(
    config=(
        "mode", "frame_length", "frame_step", "fft_length", "window", "periodic", "scaling",
        "padding", "data_format", "expand_dims",
    )
)  # fmt: skip
class STFTSpectrogram(Layer):
    """Turns sound, (batch, samples, channels), into its frequencies at each time, by convolutions.

    The waves it is compared with are weights, which training may change.

    Args:
        mode: What is given: ``"log"``, ``"magnitude"``, ``"psd"`` (power), ``"real"``,
            ``"imag"``, ``"angle"``, or ``"stft"``: real and imaginary parts side by side.
        frame_length: How many samples a frame has.
        frame_step: How many samples the next frame begins later; by default half a frame.
        fft_length: How finely frequencies are told apart; by default the power of two that is
            not less than ``frame_length``.
        window: How much each sample of a frame counts: a name, numbers, or ``None`` for all alike.
        periodic: Whether the window goes on periodically.
        scaling: What the result is divided by: ``"density"``, ``"spectrum"`` or ``None``.
        padding: ``"valid"`` or ``"same"``.
        expand_dims: Whether frequencies get an axis of their own beside the channels.
        data_format: Where the channels are: ``"channels_last"`` or ``"channels_first"``.
    """

    mode: Literal["log", "magnitude", "psd", "real", "imag", "angle", "stft"] = "log"
    frame_length: int = setting(256, minimum=1)
    frame_step: int | None = setting(None, minimum=1)
    fft_length: int | None = setting(None, minimum=1)
    window: Window | None = "hann"
    periodic: bool = False
    scaling: Literal["density", "spectrum"] | None = "density"
    padding: Literal["valid", "same"] = "valid"
    expand_dims: bool = False
    data_format: DataFormat = setting(None)

    def __post_init__(self):
        name = type(self).__name__
        if self.frame_step is not None and self.frame_step > self.frame_length:
            raise ValueError(
                f"{name}: `frame_step`={self.frame_step} must not be greater than "
                f"`frame_length`={self.frame_length}."
            )
        if self.fft_length is not None and self.fft_length < self.frame_length:
            raise ValueError(
                f"{name}: `fft_length`={self.fft_length} must not be less than "
                f"`frame_length`={self.frame_length}."
            )
        self._step = self.frame_step or self.frame_length // 2 or 1
        self._fft = self.fft_length or 2 ** math.ceil(math.log2(self.frame_length))
        self.input_spec = InputSpec(ndim=3)
        self.real_kernel: Any = None
        self.imag_kernel: Any = None

    def build(self, input_shape):
        count = self._fft // 2 + 1
        for part in ("real", "imag"):
            if self.mode == ("imag", "real")[part == "imag"]:
                continue
            kernel = self.add_weight(
                name=f"{part}_kernel",
                shape=(self.frame_length, 1, count),
                initializer=self._waves(part),
            )
            setattr(self, f"{part}_kernel", kernel)

    def _waves(self, part: str) -> Any:
        """What makes the kernel: a wave of each frequency, under the window."""

        def initializer(shape: Any, dtype: Any = None) -> Any:
            length, _, count = shape
            window = self._heights(length)
            if self.window is None:
                pass  # nothing is scaled, as in Keras
            elif self.scaling == "density":
                window = window / math.sqrt(np.square(window).sum())
            elif self.scaling == "spectrum":
                window = window / np.abs(window.sum())
            turns = 2 * math.pi * np.arange(length)[:, None] * np.arange(count) / self._fft
            waves = np.cos(turns) if part == "real" else -np.sin(turns)
            return ops.cast((window[:, None] * waves)[:, None], dtype or "float32")

        return initializer

    def _heights(self, length: int) -> np.ndarray:
        if self.window is None:
            return np.ones(length)
        if isinstance(self.window, str):
            return window_of(self.window, length, self.periodic)
        heights = np.asarray(self.window, "float64")
        if heights.shape != (length,):
            raise ShapeError(
                f"STFTSpectrogram {self.name!r}: `window` must hold {length} numbers, but has the "
                f"shape {heights.shape}."
            )
        return heights

    def call(self, inputs):
        inputs = ops.cast(inputs, self.compute_dtype)
        if self.data_format == "channels_first":
            inputs = ops.transpose(inputs, (0, 2, 1))
        channels = Spec.of(inputs).sizes[2]
        if not isinstance(channels, int):
            raise ShapeError(f"The channels of {Spec.of(inputs)} must be known.")
        parts = [self._spectrum(inputs[:, :, i : i + 1]) for i in range(channels)]
        made = ops.stack(parts, axis=-1)  # (batch, frames, frequencies, channels)
        first = self.data_format == "channels_first"
        if self.expand_dims:
            return ops.transpose(made, (0, 3, 1, 2)) if first else made
        batch, frames = ops.shape(made)[:2]
        made = ops.transpose(made, (0, 1, 3, 2))
        width = made.shape[2] * made.shape[3]
        made = ops.reshape(made, (batch, frames, width))
        return ops.transpose(made, (0, 2, 1)) if first else made

    def _sides(self) -> np.ndarray:
        """How many frequencies of a real sound have the same power: one below zero is like it."""
        count = self._fft // 2 + 1
        sides = np.full(count, 2.0, "float32")
        sides[0] = sides[-1] = 1.0
        return sides

    def _spectrum(self, sound: Any) -> Any:
        """The frequencies of one channel, (batch, samples, 1), as the mode says."""
        real, imaginary = (
            kernel
            if kernel is None
            else ops.conv(sound, kernel, self._step, self.padding, data_format="channels_last")
            for kernel in (self.real_kernel, self.imag_kernel)
        )
        match self.mode:
            case "real":
                return real
            case "imag":
                return imaginary
            case "angle":
                return ops.arctan2(imaginary, real)
            case "stft":
                return ops.concatenate([real, imaginary], axis=-1)
        power = ops.square(real) + ops.square(imaginary)
        if self.mode == "psd":
            return power * self._sides()
        if self.mode == "log":
            return ops.log(ops.maximum(power, 1e-16)) * 0.5
        return ops.sqrt(ops.maximum(power, 1e-16))
