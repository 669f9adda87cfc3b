/** What layers say is wrong (visualnn/builder/layer_words.py) in German, by the English sentences. */
export const LAYER_WORDS: Record<string, string> = {
  "`strides` {strides} and `dilation_rate` {dilation} cannot both be greater than one.":
    "`strides` {strides} und `dilation_rate` {dilation} können nicht beide größer als eins sein.",
  "`{setting}` must be {wanted}, but is {value}.":
    "`{setting}` muss {wanted} sein, ist aber {value}.",
  "A figure has no {what} {given}: there are {names}.":
    "Eine Abbildung hat {what} {given} nicht: es gibt {names}.",
  'A figure in the format {format} is painted by matplotlib, which is not installed: pip install "visualnn[plot]". Without it there are .svg and .tex.':
    'Eine Abbildung im Format {format} malt matplotlib, das nicht installiert ist: pip install "visualnn[plot]". Ohne es gibt es .svg und .tex.',
  "a layer": "eine Schicht",
  "a number from {least} to {most}": "eine Zahl von {least} bis {most}",
  "a number from {least} to {most}, or two": "eine Zahl von {least} bis {most}, oder zwei",
  "a number, {least} or more": "eine Zahl, {least} oder mehr",
  "a text": "ein Text",
  "a whole number": "eine ganze Zahl",
  "a whole number or SeedGenerator": "eine ganze Zahl oder SeedGenerator",
  "a whole number, {least} or more": "eine ganze Zahl, {least} oder mehr",
  "at least {count}": "mindestens {count}",
  "at most {count}": "höchstens {count}",
  "axis {axis}": "Achse {axis}",
  "conv: a window of {window} does not fit into {tensor}, whose space axes have the sizes {sizes}.":
    "conv: ein Fenster von {window} passt nicht in {tensor}, dessen Raumachsen die Größen {sizes} haben.",
  "It cannot give the {count} numbers of an example of shape {given} the shape {wanted}.":
    "Sie kann den {count} Zahlen eines Beispiels der Form {given} nicht die Form {wanted} geben.",
  "It combines {least} or more tensors, but got {count}: call it on a list.":
    "Sie fasst {least} oder mehr Tensoren zusammen, bekam aber {count}: mit einer Liste aufrufen.",
  "It combines {most} tensors, but got {count}.":
    "Sie fasst {most} Tensoren zusammen, bekam aber {count}.",
  "It cuts {before} and {after} off axis {axis}, which leaves nothing of the input {shape}.":
    "Sie schneidet {before} und {after} von Achse {axis} ab, was vom Eingang {shape} nichts übrig lässt.",
  "It is called on a list: [query, value] or [query, value, key].":
    "Sie wird mit einer Liste aufgerufen: [query, value] oder [query, value, key].",
  "It is stateful, so the batch must have a known size: give the model an `Input(batch_shape=...)`. The input has the shape {shape}.":
    "Sie behält ihren Zustand, also muss die Stapelgröße bekannt sein: dem Modell ein `Input(batch_shape=...)` geben. Der Eingang hat die Form {shape}.",
  "It needs an input with a batch, steps and something for the layer inside, at least 3 axes, but got {shape}.":
    "Sie braucht einen Eingang mit Stapel, Schritten und etwas für die Schicht darin, mindestens 3 Achsen, bekam aber {shape}.",
  "It sums over axis {first_axis} of {first} and axis {second_axis} of {second}, which differ in size.":
    "Sie summiert über Achse {first_axis} von {first} und Achse {second_axis} von {second}, die verschieden groß sind.",
  "It takes features of the shape (batch,) or (batch, 1), but got {tensor}.":
    "Sie nimmt Merkmale der Form (Stapel,) oder (Stapel, 1), bekam aber {tensor}.",
  "It takes pictures (height, width, channels), or a batch of them, but got {tensor}.":
    "Sie nimmt Bilder (Höhe, Breite, Kanäle) oder einen Stapel davon, bekam aber {tensor}.",
  "It takes texts of the shape (batch,) or (batch, 1), but got {tensor}: give one text for each example.":
    "Sie nimmt Texte der Form (Stapel,) oder (Stapel, 1), bekam aber {tensor}: je Beispiel einen Text geben.",
  "Its `axis` is {axis}, but its inputs have {rank} axes.":
    "Ihre `axis` ist {axis}, aber ihre Eingänge haben {rank} Achsen.",
  "Its equation {equation} wants an input of {count} axes, but got {shape}.":
    "Ihre Gleichung {equation} will einen Eingang mit {count} Achsen, bekam aber {shape}.",
  "Its input": "Ihr Eingang",
  "Its input {number}": "Ihr Eingang {number}",
  "its input {shape} has no axis {axis}.": "ihr Eingang {shape} hat keine Achse {axis}.",
  "Its inputs cannot be combined number by number: {shapes}.":
    "Ihre Eingänge lassen sich nicht Zahl für Zahl zusammenfassen: {shapes}.",
  "Its inputs have different batch sizes: {shapes}.":
    "Ihre Eingänge haben verschiedene Stapelgrößen: {shapes}.",
  "Its inputs may differ along axis {axis} only: {shapes}.":
    "Ihre Eingänge dürfen sich nur entlang der Achse {axis} unterscheiden: {shapes}.",
  "Its value {value} and key {key} must have the same sizes, but for the features.":
    "Ihr Wert {value} und Schlüssel {key} müssen dieselben Größen haben, bis auf die Merkmale.",
  'Its window {window} is larger than its input {shape}. Take a smaller `pool_size`, or `padding="same"`.':
    'Ihr Fenster {window} ist größer als ihr Eingang {shape}. Eine kleinere `pool_size` nehmen, oder `padding="same"`.',
  "its {filters} filters cannot be divided into {groups} groups.":
    "ihre {filters} Filter lassen sich nicht in {groups} Gruppen teilen.",
  "one of {choices}": "eines von {choices}",
  "one whole number, {least} or more": "eine ganze Zahl, {least} oder mehr",
  "ops.image.{name} takes red, green and blue, but got {tensor}.":
    "ops.image.{name} nimmt Rot, Grün und Blau, bekam aber {tensor}.",
  "ops.{name}: axis={axis} is no axis of {tensor}, which has {count}.":
    "ops.{name}: axis={axis} ist keine Achse von {tensor}, das {count} hat.",
  "The class {name} is not one of Keras's. If it is yours, pass it, {how}, or decorate it with `@visualnn.saving.register_keras_serializable()`.":
    "Die Klasse {name} gehört nicht zu Keras. Wenn es eine eigene ist, mitgeben: {how}, oder mit `@visualnn.saving.register_keras_serializable()` anmelden.",
  "The height and width of {tensor} must be known.":
    "Höhe und Breite von {tensor} müssen bekannt sein.",
  "the last axis": "der letzten Achse",
  "the last axis of its input {shape} has no known size, but its weights depend on it. Give the `Input` a size there.":
    "die letzte Achse ihres Eingangs {shape} hat keine bekannte Größe, aber ihre Gewichte hängen davon ab. Dem `Input` dort eine Größe geben.",
  "The style 'neurons' draws vectors, but out of {name} comes {size}. Draw it in the style 'feature_maps'.":
    "Der Stil 'neurons' zeichnet Vektoren, aber aus {name} kommt {size}. Im Stil 'feature_maps' zeichnen.",
  "The style 'neurons' is for layers one after the other, but {name} has branches. Draw it in the style 'blocks' or 'feature_maps'.":
    "Der Stil 'neurons' ist für Schichten hintereinander, aber {name} verzweigt sich. Im Stil 'blocks' oder 'feature_maps' zeichnen.",
  "the {channels} channels of its input {shape} cannot be divided into {groups} groups.":
    "die {channels} Kanäle ihres Eingangs {shape} lassen sich nicht in {groups} Gruppen teilen.",
  "three whole numbers, {least} or more": "drei ganze Zahlen, {least} oder mehr",
  "True or False": "True oder False",
  "two numbers, the least and the greatest": "zwei Zahlen, die kleinste und die größte",
  "two whole numbers, {least} or more": "zwei ganze Zahlen, {least} oder mehr",
  "{count} axes": "{count} Achsen",
  "{count} axis": "{count} Achse",
  "{name} is not known here.": "{name} ist hier nicht bekannt.",
  "{owner} needs a value for `{setting}`.": "{owner} braucht einen Wert für `{setting}`.",
  "{owner} needs a value for `{setting}`: {what}":
    "{owner} braucht einen Wert für `{setting}`: {what}",
  "{owner}: `{setting}` must be {wanted}, but is {value}.":
    "{owner}: `{setting}` muss {wanted} sein, ist aber {value}.",
  "{owner}: `{setting}` {value} is not a constraint.":
    "{owner}: `{setting}` {value} ist keine Beschränkung.",
  "{owner}: `{setting}` {value} is not a constraint. There are: {names}.":
    "{owner}: `{setting}` {value} ist keine Beschränkung. Es gibt: {names}.",
  "{owner}: `{setting}` {value} is not a regularizer.":
    "{owner}: `{setting}` {value} ist kein Regularisierer.",
  "{owner}: `{setting}` {value} is not a regularizer. There are: {names}.":
    "{owner}: `{setting}` {value} ist kein Regularisierer. Es gibt: {names}.",
  "{owner}: `{setting}` {value} is not an activation.":
    "{owner}: `{setting}` {value} ist keine Aktivierung.",
  "{owner}: `{setting}` {value} is not an activation. There are: {names}.":
    "{owner}: `{setting}` {value} ist keine Aktivierung. Es gibt: {names}.",
  "{owner}: `{setting}` {value} is not an initializer.":
    "{owner}: `{setting}` {value} ist kein Initialisierer.",
  "{owner}: `{setting}` {value} is not an initializer. There are: {names}.":
    "{owner}: `{setting}` {value} ist kein Initialisierer. Es gibt: {names}.",
  "{problem} (called on {shape}).": "{problem} (aufgerufen mit {shape}).",
  "{which} must have an axis {axis}, but has {given}: {tensor}.":
    "{which} muss eine Achse {axis} haben, hat aber {given}: {tensor}.",
  "{which} must have the dtype {wanted}, but has {given}.":
    "{which} muss den dtype {wanted} haben, hat aber {given}.",
  "{which} must have the size {wanted} along {place}, but has {given}: {tensor}.":
    "{which} muss entlang {place} die Größe {wanted} haben, hat aber {given}: {tensor}.",
  "{which} must have {wanted}, but has {given}: {tensor}.":
    "{which} muss {wanted} haben, hat aber {given}: {tensor}.",
};
