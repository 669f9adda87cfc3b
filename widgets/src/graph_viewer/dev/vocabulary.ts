/** Families and help texts for made-up graphs. */
import type { Family, OpHelp } from "../../shared/messages";

const colors: [string, string, string, string][] = [
  ["Input", "▷", "#6b7280", "#9aa3af"],
  ["Core", "▦", "#0072b2", "#56a8de"],
  ["Convolution", "▩", "#d55e00", "#f08a3c"],
  ["Pooling", "▽", "#e69f00", "#f0b840"],
  ["Normalization", "≈", "#009e73", "#3cc49c"],
  ["Regularization", "⋯", "#cc79a7", "#e09cc2"],
  ["Merge", "⊕", "#56b4e9", "#7cc8f2"],
  ["Reshape", "⇄", "#8c6d31", "#c2a15c"],
  ["Activation", "∿", "#4b9b4b", "#7cc47c"],
  ["Attention", "◎", "#b5387a", "#df77ad"],
];

export const families: Family[] = colors.map(([name, glyph, color, color_dark]) => ({
  name,
  glyph,
  color,
  color_dark,
}));

export const help: OpHelp[] = [
  {
    op: "matmul",
    formula: "y[…, i, j] = Σₖ a[…, i, k] · b[…, k, j]",
    doc: "The matrix product of the last two axes.\n\n``a`` is (..., n, k), ``b`` is (..., k, m); leading axes broadcast.",
    source: "def matmul(a, b):\n    # BLAS does the work\n    return a @ b",
  },
  {
    op: "convolution",
    formula: "y[n, i, j, o] = Σ x[n, i·s + u, j·s + v, c] · w[u, v, c, o]",
    doc: "Slides kernels over the image: a dot product with the window at each place.",
    source:
      'def convolution(x, kernel, *, strides=(1, 1), padding="valid"):\n    """Windows times kernel."""\n    windows = sliding_windows(x, kernel.shape[:2], strides, padding)\n    return np.tensordot(windows, kernel, 3)',
  },
  {
    op: "relu",
    formula: "y = max(x, 0)",
    doc: "Negative numbers become zero.",
    source: "def relu(x):\n    return np.maximum(x, 0)",
  },
  {
    op: "add",
    formula: "y = a + b",
    doc: "The sum, element by element; axes of one broadcast.",
    source: "def add(a, b):\n    return a + b",
  },
];
