"""A stack of layers, grown one by one, looked into, and cut into a feature extractor."""

import keras
import numpy as np
from keras import layers

model = keras.Sequential(name="stack")
model.add(layers.Dense(8, activation="relu", name="first"))
model.add(layers.Dense(4, activation="relu", name="second"))
model.add(layers.Dense(2, name="third"))
assert len(model.layers) == 3
assert model.weights == [] and not model.built

# A stack without an input shape is built by the first data it meets.
y = model(np.ones((1, 5), "float32"))
assert y.shape == (1, 2)
weights_when_built = [tuple(w.shape) for w in model.weights]

model.pop()
assert [layer.name for layer in model.layers] == ["first", "second"]

# With an input the shapes are known at once, and the model can be extended step by step.
images = keras.Sequential([keras.Input(shape=(50, 50, 3))])
images.add(layers.Conv2D(4, 5, strides=2, activation="relu"))
images.add(layers.Conv2D(4, 3, activation="relu"))
images.add(layers.MaxPooling2D(3))
shape_on_the_way = images.output_shape
images.add(layers.Conv2D(4, 3, activation="relu", name="features"))
images.add(layers.GlobalMaxPooling2D())
images.add(layers.Dense(10))
images.summary()

# The outputs of all layers at once, and of one by its name.
extractor = keras.Model(inputs=images.inputs, outputs=[layer.output for layer in images.layers])
features = extractor(np.ones((1, 50, 50, 3), "float32"))
one = keras.Model(images.inputs, images.get_layer(name="features").output)

# Freeze everything but the last layer.
for layer in images.layers[:-1]:
    layer.trainable = False

facts = {
    "weights_when_built": weights_when_built,
    "shape_on_the_way": shape_on_the_way,
    "feature_shapes": [tuple(f.shape) for f in features],
    "one": tuple(one(np.ones((2, 50, 50, 3), "float32")).shape),
    "trainable": [tuple(w.shape) for w in images.trainable_weights],
    "parameters": images.count_params(),
}
