"""The operations everything else is made of.  Each file is one family; read primitive.py first."""

from visualnn.primitives.primitive import PRIMITIVES, Primitive, outside_recording, recorder
from visualnn.primitives.tensor import Tensor
