/** What the settings of layers are, in German, by the help of their declarations. */
export const SETTINGS: Record<string, string> = {
  '"horizontal": left and right are swapped; "vertical": top and bottom; "horizontal_and_vertical": both.':
    '"horizontal": links und rechts werden vertauscht; "vertical": oben und unten; "horizontal_and_vertical": beides.',
  '"int": the bins; "one_hot", "multi_hot", "count": vectors.':
    '"int": die Fächer; "one_hot", "multi_hot", "count": Vektoren.',
  '"int": the bins; "one_hot": vectors.': '"int": die Fächer; "one_hot": Vektoren.',
  '"int": the number of the range; "one_hot", "multi_hot" or "count": vectors, as CategoryEncoding gives them.':
    '"int": die Nummer des Bereichs; "one_hot", "multi_hot" oder "count": Vektoren, wie CategoryEncoding sie gibt.',
  '"int": the places of the words; "multi_hot", "count": vectors; "tf_idf": counts, where frequent words count less.':
    '"int": die Plätze der Wörter; "multi_hot", "count": Vektoren; "tf_idf": Anzahlen, bei denen häufige Wörter weniger zählen.',
  '"int": the places; "one_hot", "multi_hot", "count": vectors; "tf_idf": counts, where frequent numbers count less.':
    '"int": die Plätze; "one_hot", "multi_hot", "count": Vektoren; "tf_idf": Anzahlen, bei denen häufige Zahlen weniger zählen.',
  '"int": the places; "one_hot", "multi_hot", "count": vectors; "tf_idf": counts, where frequent words count less.':
    '"int": die Plätze; "one_hot", "multi_hot", "count": Vektoren; "tf_idf": Anzahlen, bei denen häufige Wörter weniger zählen.',
  '"int64" or "int32".': '"int64" oder "int32".',
  '"one_hot": a vector for each; "multi_hot": which there are in the last axis; "count": how often each is there.':
    '"one_hot": ein Vektor für jede; "multi_hot": welche es in der letzten Achse gibt; "count": wie oft es jede gibt.',
  '"valid" keeps all that the windows cover, "same" makes the output as large as the input times the strides.':
    '"valid" behält alles, was die Fenster bedecken, "same" macht die Ausgabe so groß wie die Eingabe mal die Schritte.',
  '"valid" keeps the window inside the input, "same" lets it reach beyond, so that no input is left out.':
    '"valid" lässt das Fenster in der Eingabe, "same" lässt es darüber hinausragen, sodass nichts ausgelassen wird.',
  '"valid" keeps the window inside the input, "same" surrounds it by zeros.':
    '"valid" lässt das Fenster in der Eingabe, "same" umgibt sie mit Nullen.',
  '"valid" keeps the window inside the input, "same" surrounds the input by zeros so that the output is as long as the input, "causal" puts the zeros in front, so that no step sees later ones.':
    '"valid" lässt das Fenster in der Eingabe, "same" umgibt sie mit Nullen, sodass die Ausgabe so lang ist wie sie, "causal" setzt die Nullen davor, sodass kein Schritt spätere sieht.',
  '"valid" keeps the window inside the input, "same" surrounds the input by zeros so that with strides of one the output is as large as the input.':
    '"valid" lässt das Fenster in der Eingabe, "same" umgibt sie mit Nullen, sodass die Ausgabe mit Schritten von eins so groß ist wie sie.',
  '"valid" or "same".': '"valid" oder "same".',
  "Accepted for Keras's sake; a loop is always one node of the graph.":
    "Wird Keras zuliebe angenommen; eine Schleife ist immer ein Knoten des Graphen.",
  "Accepted for Keras's sake; there is one process.":
    "Wird Keras zuliebe angenommen; es gibt nur einen Prozess.",
  "Added to the mean square, so that nothing is divided by zero.":
    "Wird zum mittleren Quadrat addiert, damit nie durch null geteilt wird.",
  "Added to the variance, so that nothing is divided by zero.":
    "Wird zur Varianz addiert, damit nie durch null geteilt wird.",
  "Applied to the bias after every step.": "Wird nach jedem Schritt auf den Bias angewendet.",
  "Applied to the bias after every training step.":
    "Wird nach jedem Trainingsschritt auf den Bias angewendet.",
  "Applied to the biases after every step.": "Wird nach jedem Schritt auf die Biases angewendet.",
  "Applied to the gates.": "Wird auf die Gatter angewendet.",
  "Applied to the kernel after every step.": "Wird nach jedem Schritt auf den Kern angewendet.",
  "Applied to the kernel after every training step.":
    "Wird nach jedem Trainingsschritt auf den Kern angewendet.",
  "Applied to the kernel for the state after every training step.":
    "Wird nach jedem Trainingsschritt auf den Kern für den Zustand angewendet.",
  "Applied to the kernel of the windows after every step.":
    "Wird nach jedem Schritt auf den Kern der Fenster angewendet.",
  "Applied to the kernel that mixes the channels after every step.":
    "Wird nach jedem Schritt auf den Kern angewendet, der die Kanäle mischt.",
  "Applied to the kernels after every step.": "Wird nach jedem Schritt auf die Kerne angewendet.",
  "Applied to the news.": "Wird auf das Neue angewendet.",
  "Applied to the numbers to add after every step.":
    "Wird nach jedem Schritt auf die Zahlen zum Addieren angewendet.",
  "Applied to the numbers to multiply by after every step.":
    "Wird nach jedem Schritt auf die Zahlen zum Multiplizieren angewendet.",
  "Applied to the result of each step.": "Wird auf das Ergebnis jedes Schritts angewendet.",
  'Applied to the result, for example "relu".': 'Wird auf das Ergebnis angewendet, etwa "relu".',
  "Applied to the result.": "Wird auf das Ergebnis angewendet.",
  "Applied to the slopes after every step.":
    "Wird nach jedem Schritt auf die Steigungen angewendet.",
  "Applied to the vectors after every step.":
    "Wird nach jedem Schritt auf die Vektoren angewendet.",
  "Applied to what is stored and to what is shown.":
    "Wird auf das angewendet, was gemerkt und was gezeigt wird.",
  "Below it, numbers give zero, or the slope times their distance from it.":
    "Darunter geben Zahlen null, oder die Steigung mal ihren Abstand davon.",
  "By how many columns each row is moved against the one above: up to a number either way, or from one number to another.":
    "Um wie viele Spalten jede Zeile gegen die darüber verschoben wird: bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "By how many rows each column is moved against the one before.":
    "Um wie viele Zeilen jede Spalte gegen die davor verschoben wird.",
  "By how much, as a share of a full turn: up to a number either way, or from one number to another.":
    "Um wie viel, als Anteil einer vollen Drehung: bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "By how much, as a share of half the circle, either way: at most, or from one number to another.":
    "Um wie viel, als Anteil des halben Kreises, in beide Richtungen: höchstens, oder von einer Zahl bis zu einer anderen.",
  "By which number; by default, by noise.": "Durch welche Zahl; sonst durch Rauschen.",
  "From which share of the range on values are turned round.":
    "Ab welchem Anteil des Bereichs Werte umgekehrt werden.",
  'How a query and a key are compared: "dot" by their product, "concat" by the tanh of their sum.':
    'Wie Anfrage und Schlüssel verglichen werden: "dot" durch ihr Produkt, "concat" durch den tanh ihrer Summe.',
  "How evenly the chains are mixed.": "Wie gleichmäßig die Ketten gemischt werden.",
  "How evenly they are mixed: with small numbers, one of the two mostly wins.":
    "Wie gleichmäßig sie gemischt werden: bei kleinen Zahlen gewinnt meist eines der beiden.",
  "How exact, as a share of the data, the ranges that are found have to be.":
    "Wie genau, als Anteil der Daten, die gefundenen Bereiche sein müssen.",
  "How far apart the elements of the window are along each axis.":
    "Wie weit die Elemente des Fensters entlang jeder Achse auseinander liegen.",
  "How far apart the windows are: how many times larger the output is.":
    "Wie weit die Fenster auseinander liegen: wie viele Male größer die Ausgabe ist.",
  "How far away a key may be from the query, if there is a limit.":
    "Wie weit ein Schlüssel von der Anfrage entfernt sein darf, wenn es eine Grenze gibt.",
  "How far down, as a share of the height: up to a number either way, or from one number to another.":
    "Wie weit nach unten, als Anteil der Höhe: bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "How far the corners move, as a share of the picture.":
    "Wie weit sich die Ecken bewegen, als Anteil des Bilds.",
  "How far the mixing reaches, at most; or from one number to another.":
    "Wie weit die Mischung höchstens reicht; oder von einer Zahl bis zu einer anderen.",
  "How far the window moves along each axis of the input.":
    "Wie weit das Fenster entlang jeder Achse der Eingabe rückt.",
  "How far the window moves along each axis.": "Wie weit das Fenster entlang jeder Achse rückt.",
  "How far the window moves along each axis; by default its size.":
    "Wie weit das Fenster entlang jeder Achse rückt; sonst um seine Größe.",
  "How far to the right, as a share of the width.": "Wie weit nach rechts, als Anteil der Breite.",
  "How finely frequencies are told apart; by default the power of two that is not less than frame_length.":
    "Wie fein Frequenzen unterschieden werden; sonst die Zweierpotenz, die nicht kleiner als frame_length ist.",
  "How large the pieces are: with small numbers, nearly nothing or nearly all; at most, or from one number to another.":
    "Wie groß die Stücke sind: bei kleinen Zahlen fast nichts oder fast alles; höchstens, oder von einer Zahl bis zu einer anderen.",
  "How large the vocabulary may be, with the special tokens.":
    "Wie groß der Wortschatz sein darf, mit den besonderen Einträgen.",
  "How many bins there are.": "Wie viele Fächer es gibt.",
  "How many categories there are: numbers are below it.":
    "Wie viele Kategorien es gibt: Zahlen sind kleiner.",
  "How many chains are mixed.": "Wie viele Ketten gemischt werden.",
  "How many channels the first step makes of each input channel.":
    "Wie viele Kanäle der erste Schritt aus jedem Eingabekanal macht.",
  "How many columns and rows are mixed: odd numbers.":
    "Wie viele Spalten und Zeilen gemischt werden: ungerade Zahlen.",
  "How many columns there are then.": "Wie viele Spalten es dann sind.",
  "How many decibels below the loudest are the least that is told apart.":
    "Wie viele Dezibel unter dem Lautesten noch unterschieden werden.",
  "How many examples come at once, if that is always the same.":
    "Wie viele Beispiele auf einmal kommen, wenn es immer gleich viele sind.",
  "How many groups; -1 makes every channel a group.":
    "Wie viele Gruppen; -1 macht jeden Kanal zu einer.",
  "How many heads of keys and values; they divide those of queries.":
    "Wie viele Köpfe von Schlüsseln und Werten; ihre Zahl teilt die der Anfragen.",
  "How many heads of queries.": "Wie viele Köpfe von Anfragen.",
  "How many heads.": "Wie viele Köpfe.",
  "How many layers a chain has at most.": "Wie viele Schichten eine Kette höchstens hat.",
  "How many layers are applied.": "Wie viele Schichten angewendet werden.",
  "How many numbers there are; the greatest is one less.":
    "Wie viele Zahlen es gibt; die größte ist um eins kleiner.",
  "How many of eight bits are kept, at most; or from one number to another.":
    "Wie viele von acht Bits höchstens bleiben; oder von einer Zahl bis zu einer anderen.",
  "How many output channels each input channel gets.":
    "Wie viele Ausgabekanäle jeder Eingabekanal bekommt.",
  "How many output channels.": "Wie viele Ausgabekanäle.",
  "How many output features.": "Wie viele Ausgabemerkmale.",
  "How many pieces there are, down and across.": "Wie viele Stücke es gibt, hinunter und hinüber.",
  "How many pitches there are.": "Wie viele Tonhöhen es gibt.",
  "How many places there are for unknown numbers.":
    "Wie viele Plätze es für unbekannte Zahlen gibt.",
  "How many places there are for unknown words.": "Wie viele Plätze es für unbekannte Wörter gibt.",
  "How many places to give for each text; others are cut off, or filled up with 0.":
    "Wie viele Plätze für jeden Text gegeben werden; andere werden gekürzt oder mit 0 aufgefüllt.",
  "How many ranges to find.": "Wie viele Bereiche zu finden sind.",
  "How many rounds of power iteration each step makes.":
    "Wie viele Runden Potenziteration jeder Schritt macht.",
  "How many rows there are then.": "Wie viele Zeilen es dann sind.",
  "How many samples a frame has for the Fourier transform.":
    "Wie viele Abtastwerte ein Fenster für die Fourier-Transformation hat.",
  "How many samples a frame has.": "Wie viele Abtastwerte ein Fenster hat.",
  "How many samples count; by default fft_length.":
    "Wie viele Abtastwerte zählen; sonst fft_length.",
  "How many samples the next frame begins later.":
    "Wie viele Abtastwerte später das nächste Fenster beginnt.",
  "How many samples the next frame begins later; by default half a frame.":
    "Wie viele Abtastwerte später das nächste Fenster beginnt; sonst ein halbes Fenster.",
  "How many samples there are in a second.": "Wie viele Abtastwerte eine Sekunde hat.",
  "How many there are then.": "Wie viele es dann sind.",
  "How many times larger, in rows and columns.": "Wie viele Male größer, in Zeilen und Spalten.",
  "How many times more often than on average a value may count; with zero, there is no limit.":
    "Wie viel öfter als im Mittel ein Wert zählen darf; bei null gibt es keine Grenze.",
  "How many values are told apart.": "Wie viele Werte unterschieden werden.",
  "How many, the same at both ends, or two numbers.":
    "Wie viele, an beiden Enden gleich, oder zwei Zahlen.",
  "How many: one number, one for each axis, or a pair for each axis.":
    "Wie viele: eine Zahl, eine je Achse, oder ein Paar je Achse.",
  "How many: one number, one for rows and one for columns, or a pair for each.":
    "Wie viele: eine Zahl, je eine für Zeilen und Spalten, oder je ein Paar.",
  "How much each changes, at most; or from one number to another.":
    "Wie viel jede höchstens ändert; oder von einer Zahl bis zu einer anderen.",
  "How much each layer changes, at most; or from one number to another.":
    "Wie viel jede Schicht höchstens ändert; oder von einer Zahl bis zu einer anderen.",
  'How much each sample of a frame counts: "hann" or "hamming"; None counts all alike.':
    'Wie viel jeder Abtastwert eines Fensters zählt: "hann" oder "hamming"; bei None zählen alle gleich.',
  "How much each sample of a frame counts: a name, numbers, or None for all alike.":
    "Wie viel jeder Abtastwert eines Fensters zählt: ein Name, Zahlen, oder None für alle gleich.",
  "How much further, as a share of the height; below zero, nearer: up to a number either way, or from one number to another.":
    "Wie viel ferner, als Anteil der Höhe; unter null näher: bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "How much is added, as a share of the range of values, at most; or from one number to another.":
    "Wie viel addiert wird, als Anteil des Wertebereichs, höchstens; oder von einer Zahl bis zu einer anderen.",
  "How much larger the output is made along each axis; by default worked out.":
    "Wie viel größer die Ausgabe entlang jeder Achse gemacht wird; sonst wird es ausgerechnet.",
  "How much of the averages for the correction stays at every step.":
    "Wie viel von den Mitteln für die Korrektur bei jedem Schritt bleibt.",
  "How much of the moving averages stays at every step.":
    "Wie viel von den gleitenden Mitteln bei jedem Schritt bleibt.",
  "How much they vary: the deviation is sqrt(rate / (1 - rate)).":
    "Wie sehr sie schwanken: die Abweichung ist sqrt(rate / (1 - rate)).",
  "How much they wobble, at most; or from one number to another.":
    "Wie sehr sie höchstens verzerrt werden; oder von einer Zahl bis zu einer anderen.",
  "How much, as a share of the range of values: up to a number either way, or from one number to another.":
    "Wie viel, als Anteil des Wertebereichs: bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "How much: 0 blurs, 0.5 leaves them as they are, 1 sharpens; at most, or from one number to another.":
    "Wie viel: 0 macht unscharf, 0.5 lässt sie, wie sie sind, 1 macht scharf; höchstens, oder von einer Zahl bis zu einer anderen.",
  "How much: 0 leaves no colour, 0.5 leaves pictures as they are, 1 leaves only the strongest colours; one number stands for the range from its negative.":
    "Wie viel: 0 lässt keine Farbe, 0.5 lässt Bilder, wie sie sind, 1 lässt nur die kräftigsten Farben; eine Zahl steht für den Bereich ab ihrem Negativen.",
  "How much: 0 leaves them, 1 leaves no colour; up to a number either way, or from one number to another.":
    "Wie viel: 0 lässt sie, 1 lässt keine Farbe; bis zu einer Zahl in beide Richtungen, oder von einer Zahl bis zu einer anderen.",
  "How much: one number, one for each axis, or a pair for each axis.":
    "Wie viel: eine Zahl, eine je Achse, oder ein Paar je Achse.",
  "How much: the distance is multiplied by a number from one minus the first to one plus the second; one number stands for zero and itself.":
    "Wie viel: der Abstand wird mit einer Zahl von eins minus der ersten bis eins plus der zweiten multipliziert; eine Zahl steht für null und sie selbst.",
  'How new pixels are made: "nearest" repeats pixels, the others go smoothly from one to the next.':
    'Wie neue Pixel entstehen: "nearest" wiederholt Pixel, die anderen gehen weich von einem zum nächsten.',
  "How new points are computed from those around them.":
    "Wie neue Punkte aus denen um sie herum berechnet werden.",
  "How often along each axis.": "Wie oft entlang jeder Achse.",
  "How often.": "Wie oft.",
  "How pixels are computed from those around them.":
    "Wie Pixel aus denen um sie herum berechnet werden.",
  'How places for several unknown numbers are chosen: "floormod" is the remainder, "farmhash" a fingerprint.':
    'Wie Plätze für mehrere unbekannte Zahlen gewählt werden: "floormod" ist der Rest, "farmhash" ein Fingerabdruck.',
  "How places for several unknown words are chosen.":
    "Wie Plätze für mehrere unbekannte Wörter gewählt werden.",
  "How the results are combined; None gives both.":
    "Wie die Ergebnisse zusammengefasst werden; None gibt beide.",
  "How the weights are quantized, where the dtype policy says that they are, or by quantize.":
    "Wie die Gewichte quantisiert werden, wo die dtype-Regel es sagt, oder durch quantize.",
  'How they are surrounded: "constant".': 'Wie sie umgeben werden: "constant".',
  "Into how many groups the channels are divided, each with filters of its own.":
    "In wie viele Gruppen die Kanäle geteilt werden, jede mit eigenen Filtern.",
  "Keeps the scores smoothly between plus and minus this number.":
    "Hält die Bewertungen weich zwischen plus und minus dieser Zahl.",
  "Limits of the correction: rmin, rmax and dmax.": "Grenzen der Korrektur: rmin, rmax und dmax.",
  "Makes the choices repeatable.": "Macht die Auswahl wiederholbar.",
  "Makes the first bias, (4 * filters,).": "Macht den ersten Bias, (4 * filters,).",
  "Makes the first bias, (4 * units,).": "Macht den ersten Bias, (4 * units,).",
  "Makes the first bias, (filters,).": "Macht den ersten Bias, (filters,).",
  "Makes the first bias, (units,).": "Macht den ersten Bias, (units,).",
  "Makes the first bias, one number for each output channel.":
    "Macht den ersten Bias, eine Zahl für jeden Ausgabekanal.",
  "Makes the first bias.": "Macht den ersten Bias.",
  "Makes the first biases.": "Macht die ersten Biases.",
  "Makes the first kernel for the state, (units, 3 * units).":
    "Macht den ersten Kern für den Zustand, (units, 3 * units).",
  "Makes the first kernel for the state, (units, 4 * units).":
    "Macht den ersten Kern für den Zustand, (units, 4 * units).",
  "Makes the first kernel for the state, (units, units).":
    "Macht den ersten Kern für den Zustand, (units, units).",
  "Makes the first kernel for the state.": "Macht den ersten Kern für den Zustand.",
  "Makes the first kernel of the windows, (*window, input channels, depth multiplier).":
    "Macht den ersten Kern der Fenster, (*Fenster, Eingabekanäle, depth_multiplier).",
  "Makes the first kernel that mixes the channels.":
    "Macht den ersten Kern, der die Kanäle mischt.",
  "Makes the first kernel, (*window, channels, 4 * filters).":
    "Macht den ersten Kern, (*Fenster, Kanäle, 4 * filters).",
  "Makes the first kernel, (*window, channels, depth multiplier).":
    "Macht den ersten Kern, (*Fenster, Kanäle, depth_multiplier).",
  "Makes the first kernel, (*window, filters, input channels).":
    "Macht den ersten Kern, (*Fenster, filters, Eingabekanäle).",
  "Makes the first kernel, (*window, input channels, filters).":
    "Macht den ersten Kern, (*Fenster, Eingabekanäle, filters).",
  "Makes the first kernel, (input features, 3 * units), for the update gate, the reset gate and the news.":
    "Macht den ersten Kern, (Eingabemerkmale, 3 * units), für das Erneuerungsgatter, das Rücksetzgatter und das Neue.",
  "Makes the first kernel, (input features, 4 * units), for the input gate, the forget gate, the news and the output gate.":
    "Macht den ersten Kern, (Eingabemerkmale, 4 * units), für das Eingangsgatter, das Vergessensgatter, das Neue und das Ausgangsgatter.",
  "Makes the first kernel, (input features, units).":
    "Macht den ersten Kern, (Eingabemerkmale, units).",
  "Makes the first kernel.": "Macht den ersten Kern.",
  "Makes the first kernels.": "Macht die ersten Kerne.",
  "Makes the first moving averages of the means.":
    "Macht die ersten gleitenden Mittel der Mittelwerte.",
  "Makes the first moving averages of the variances.":
    "Macht die ersten gleitenden Mittel der Varianzen.",
  "Makes the first numbers to add.": "Macht die ersten Zahlen zum Addieren.",
  "Makes the first numbers to multiply by.": "Macht die ersten Zahlen zum Multiplizieren.",
  "Makes the first slopes, of the shape of one example.":
    "Macht die ersten Steigungen, in der Form eines Beispiels.",
  "Makes the first vectors, (input_dim, output_dim).":
    "Macht die ersten Vektoren, (input_dim, output_dim).",
  "Makes the random choices repeatable.": "Macht die zufällige Auswahl wiederholbar.",
  "Must be false: results are whole arrays here.":
    "Muss falsch sein: Ergebnisse sind hier ganze Arrays.",
  "Penalises the bias.": "Bestraft den Bias.",
  "Penalises the biases.": "Bestraft die Biases.",
  "Penalises the kernel for the state.": "Bestraft den Kern für den Zustand.",
  "Penalises the kernel of the windows.": "Bestraft den Kern der Fenster.",
  "Penalises the kernel that mixes the channels.": "Bestraft den Kern, der die Kanäle mischt.",
  "Penalises the kernel.": "Bestraft den Kern.",
  "Penalises the kernels.": "Bestraft die Kerne.",
  "Penalises the numbers to add.": "Bestraft die Zahlen zum Addieren.",
  "Penalises the numbers to multiply by.": "Bestraft die Zahlen zum Multiplizieren.",
  "Penalises the output.": "Bestraft die Ausgabe.",
  "Penalises the outputs of the dense layers inside.":
    "Bestraft die Ausgaben der dichten Schichten darin.",
  "Penalises the slopes.": "Bestraft die Steigungen.",
  "Penalises the vectors.": "Bestraft die Vektoren.",
  "The axes along which queries and values are; by default all but the batch and the features.":
    "Die Achsen, an denen Anfragen und Werte liegen; sonst alle außer Stapel und Merkmalen.",
  "The axes in their new order; the first one after the batch is 1.":
    "Die Achsen in ihrer neuen Reihenfolge; die erste nach dem Stapel ist 1.",
  "The axis of both inputs, or one for each, to sum over.":
    "Die Achse beider Eingaben, oder je eine, über die summiert wird.",
  "The axis of the channels.": "Die Achse der Kanäle.",
  "The axis of the features.": "Die Achse der Merkmale.",
  "The axis, or axes, along which they add up to one.":
    "Die Achse oder Achsen, entlang derer sie sich zu eins addieren.",
  "The axis, or axes, of the features.": "Die Achse oder Achsen der Merkmale.",
  "The axis, or axes, of the features; None treats all numbers as one feature.":
    "Die Achse oder Achsen der Merkmale; None behandelt alle Zahlen als ein Merkmal.",
  "The axis; the sizes along all others must be the same.":
    "Die Achse; die Größen entlang aller anderen müssen gleich sein.",
  "The deviation of the random numbers.": "Die Abweichung der Zufallszahlen.",
  "The encoding of texts that come as bytes.": "Die Kodierung von Texten, die als Bytes kommen.",
  "The equation: input, kernel and output.": "Die Gleichung: Eingabe, Kern und Ausgabe.",
  "The exponent of the amplitudes: 1 gives energy, 2 power.":
    "Der Exponent der Amplituden: 1 gibt Energie, 2 Leistung.",
  "The factor of the sum of absolute values.": "Der Faktor der Summe der Beträge.",
  "The factor of the sum of squares.": "Der Faktor der Summe der Quadrate.",
  "The factor, such as 1 / 255 for images; or one for each channel.":
    "Der Faktor, etwa 1 / 255 für Bilder; oder einer je Kanal.",
  'The format of rectangles in the data, such as "xyxy".':
    'Das Format der Rechtecke in den Daten, etwa "xyxy".',
  'The function, such as "relu".': 'Die Funktion, etwa "relu".',
  "The greatest number given, if any.": "Die größte Zahl, die gegeben wird, wenn es eine gibt.",
  "The highest; by default half the sampling rate.": "Die höchste; sonst die halbe Abtastrate.",
  "The layer that is applied.": "Die Schicht, die angewendet wird.",
  "The layer that reads backwards; by default one like layer.":
    "Die Schicht, die rückwärts liest; sonst eine wie layer.",
  "The layer, which has a kernel or embeddings.": "Die Schicht, die einen Kern oder Vektoren hat.",
  "The least and the greatest value that pictures have.":
    "Der kleinste und der größte Wert, den Bilder haben.",
  "The least power that is told from silence.":
    "Die kleinste Leistung, die von Stille unterschieden wird.",
  'The letters of the output axes that get a bias, such as "d".':
    'Die Buchstaben der Ausgabeachsen, die einen Bias bekommen, etwa "d".',
  "The limit for very negative numbers, with its sign turned.":
    "Die Grenze für sehr negative Zahlen, mit umgekehrtem Vorzeichen.",
  "The lowest frequency, in hertz.": "Die tiefste Frequenz, in Hertz.",
  "The means.": "Die Mittelwerte.",
  "The new shape, without the batch; one size may be -1, to be worked out.":
    "Die neue Form, ohne den Stapel; eine Größe darf -1 sein, sie wird ausgerechnet.",
  "The numbers and the class of the empty ones.": "Die Zahlen und die Klasse der leeren.",
  "The power of zero decibels.": "Die Leistung von null Dezibel.",
  "The recurrent layer that reads forwards.": "Die rekurrente Schicht, die vorwärts liest.",
  "The same for the width; by default as for the height.":
    "Dasselbe für die Breite; sonst wie für die Höhe.",
  "The shape of the choice; along axes of size one it is the same everywhere.":
    "Die Form der Auswahl; entlang Achsen der Größe eins ist sie überall dieselbe.",
  "The share of channels that become zero.": "Der Anteil der Kanäle, die null werden.",
  "The share of inputs that are replaced.": "Der Anteil der Eingaben, die ersetzt werden.",
  "The share of inputs that become zero.": "Der Anteil der Eingaben, die null werden.",
  "The share of pictures.": "Der Anteil der Bilder.",
  "The share of pictures; of two numbers, it lies between them.":
    "Der Anteil der Bilder; bei zwei Zahlen liegt er dazwischen.",
  "The share of the inputs that become zero in training.":
    "Der Anteil der Eingaben, die im Training null werden.",
  "The share of the state that becomes zero in training.":
    "Der Anteil des Zustands, der im Training null wird.",
  "The share of the weights that become zero in training.":
    "Der Anteil der Gewichte, die im Training null werden.",
  "The size of the memory, and of the output.": "Die Größe des Gedächtnisses und der Ausgabe.",
  "The size of the output along each axis; the windows follow from it.":
    "Die Größe der Ausgabe entlang jeder Achse; daraus folgen die Fenster.",
  "The size of the queries and keys of each head.":
    "Die Größe der Anfragen und Schlüssel jedes Kopfs.",
  "The size of the queries, keys and values of each head.":
    "Die Größe der Anfragen, Schlüssel und Werte jedes Kopfs.",
  "The size of the state, and of the output.": "Die Größe des Zustands und der Ausgabe.",
  "The size of the values of each head; by default that of the keys.":
    "Die Größe der Werte jedes Kopfs; sonst die der Schlüssel.",
  "The size of the vectors.": "Die Größe der Vektoren.",
  "The size of the window along each axis.": "Die Größe des Fensters entlang jeder Achse.",
  "The sizes of one example, such as 28, 28, 1 for a grey image; ? where a size may vary.":
    "Die Größen eines Beispiels, etwa 28, 28, 1 für ein graues Bild; ?, wo eine Größe schwanken darf.",
  "The sizes of the output without the batch; None takes the input's.":
    "Die Größen der Ausgabe ohne den Stapel; None nimmt die der Eingabe.",
  "The value that marks a step to be left out.":
    "Der Wert, der einen Schritt zum Weglassen kennzeichnet.",
  "The variances.": "Die Varianzen.",
  "What a saved file says; not needed.": "Was eine gespeicherte Datei sagt; nicht nötig.",
  "What is added; or one number for each channel.": "Was addiert wird; oder eine Zahl je Kanal.",
  'What is given: "log", "magnitude", "psd" (power), "real", "imag", "angle", or "stft": real and imaginary parts side by side.':
    'Was gegeben wird: "log", "magnitude", "psd" (Leistung), "real", "imag", "angle" oder "stft": Real- und Imaginärteil nebeneinander.',
  'What lies beyond the edges, where that is "constant".':
    'Was jenseits der Ränder liegt, wo das "constant" ist.',
  "What lies beyond the edges.": "Was jenseits der Ränder liegt.",
  "What negative numbers are multiplied by.": "Womit negative Zahlen multipliziert werden.",
  "What numbers below the threshold are multiplied by.":
    "Womit Zahlen unter der Schwelle multipliziert werden.",
  "What stands for nothing; it gets the place 0.": "Was für nichts steht; es bekommt den Platz 0.",
  "What stands for unknown numbers.": "Was für unbekannte Zahlen steht.",
  "What stands for unknown words.": "Was für unbekannte Wörter steht.",
  "What the numbers are: fractions, or whole numbers such as word ids.":
    "Was die Zahlen sind: Brüche, oder ganze Zahlen wie Wortnummern.",
  'What the result is divided by: "density", "spectrum" or None.':
    'Wodurch das Ergebnis geteilt wird: "density", "spectrum" oder None.',
  "Where ranges begin.": "Wo Bereiche beginnen.",
  'Where the channels are: "channels_last" or "channels_first".':
    'Wo die Kanäle sind: "channels_last" oder "channels_first".',
  'Where the channels are; "channels_first" moves them to the end first, so that weights trained with the other format fit.':
    'Wo die Kanäle sind; "channels_first" setzt sie erst ans Ende, sodass Gewichte passen, die mit dem anderen Format trainiert wurden.',
  "Whether 0 stands for a step that does not count, such as padding.":
    "Ob 0 für einen Schritt steht, der nicht zählt, wie beim Auffüllen.",
  "Whether brightness, colours, contrast and sharpness are changed too.":
    "Ob auch Helligkeit, Farben, Kontrast und Schärfe geändert werden.",
  "Whether each input is first divided by its length along its axis, so that the result is the cosine of the angle between them.":
    "Ob jede Eingabe erst durch ihre Länge entlang ihrer Achse geteilt wird, sodass das Ergebnis der Kosinus des Winkels zwischen ihnen ist.",
  "Whether frequencies get an axis of their own beside the channels.":
    "Ob Frequenzen eine eigene Achse neben den Kanälen bekommen.",
  "Whether masked steps give zeros, and not the output before them.":
    "Ob maskierte Schritte Nullen geben, und nicht die Ausgabe davor.",
  "Whether only to divide by the deviation, with no shift.":
    "Ob nur durch die Abweichung geteilt und nicht verschoben wird.",
  "Whether the axes that are gone stay, with a size of one.":
    "Ob die Achsen, die wegfallen, mit der Größe eins bleiben.",
  "Whether the bias of the forget gate begins with one: to remember.":
    "Ob der Bias des Vergessensgatters mit eins beginnt: um sich zu erinnern.",
  "Whether the dense layers inside have biases.":
    "Ob die dichten Schichten darin einen Bias haben.",
  "Whether the features of the tanh are weighted by numbers that are learned.":
    "Ob die Merkmale des tanh mit gelernten Zahlen gewichtet werden.",
  "Whether the last states of a batch are the first ones of the next.":
    "Ob die letzten Zustände eines Stapels die ersten des nächsten sind.",
  "Whether the reset gate works after the state's kernel, with a second bias.":
    "Ob das Rücksetzgatter nach dem Kern des Zustands wirkt, mit einem zweiten Bias.",
  "Whether the result of each head is multiplied by a gate that the query opens.":
    "Ob das Ergebnis jedes Kopfs mit einem Gatter multipliziert wird, das die Anfrage öffnet.",
  "Whether the same vectors serve both ways.": "Ob dieselben Vektoren in beide Richtungen dienen.",
  "Whether the scores are multiplied by a number that is learned.":
    "Ob die Bewertungen mit einer Zahl multipliziert werden, die gelernt wird.",
  "Whether the window goes on periodically.": "Ob das Fenster periodisch weitergeht.",
  "Whether to add a bias to each channel.": "Ob zu jedem Kanal ein Bias addiert wird.",
  "Whether to add a bias.": "Ob ein Bias addiert wird.",
  "Whether to add a learned number to each channel.":
    "Ob zu jedem Kanal eine gelernte Zahl addiert wird.",
  "Whether to add a learned number to each feature.":
    "Ob zu jedem Merkmal eine gelernte Zahl addiert wird.",
  "Whether to begin at the end of the sequence.": "Ob am Ende der Folge begonnen wird.",
  'Whether to correct the statistics of the batch towards the moving averages in training too (Ioffe, "Batch renormalization", 2017).':
    "Ob die Statistik des Stapels auch im Training zu den gleitenden Mitteln hin korrigiert wird (Ioffe, „Batch renormalization“, 2017).",
  "Whether to cut off what is too much, so that nothing is distorted.":
    "Ob abgeschnitten wird, was zu viel ist, sodass nichts verzerrt wird.",
  "Whether to do the opposite: from mean zero and deviation one to these.":
    "Ob das Umgekehrte getan wird: von Mittel null und Abweichung eins zu diesen.",
  "Whether to give decibels.": "Ob Dezibel gegeben werden.",
  "Whether to give the last states too, after the output.":
    "Ob nach der Ausgabe auch die letzten Zustände gegeben werden.",
  "Whether to give the outputs of all steps, (batch, steps, units), and not only the last.":
    "Ob die Ausgaben aller Schritte gegeben werden, (Stapel, Schritte, units), und nicht nur die letzte.",
  "Whether to multiply each channel by a learned number.":
    "Ob jeder Kanal mit einer gelernten Zahl multipliziert wird.",
  "Whether to multiply each feature by a learned number.":
    "Ob jedes Merkmal mit einer gelernten Zahl multipliziert wird.",
  "Whether to smooth pictures that become smaller.":
    "Ob Bilder, die kleiner werden, geglättet werden.",
  "Whether to surround pictures, so that nothing is distorted.":
    "Ob Bilder umgeben werden, sodass nichts verzerrt wird.",
  "Whether to turn places into numbers instead.": "Ob stattdessen aus Plätzen Zahlen werden.",
  "Whether to turn places into words instead.": "Ob stattdessen aus Plätzen Wörter werden.",
  "Whether vectors have the length max_tokens, even if there are fewer numbers.":
    "Ob Vektoren die Länge max_tokens haben, auch wenn es weniger Zahlen gibt.",
  "Whether vectors have the length max_tokens, even if there are fewer words.":
    "Ob Vektoren die Länge max_tokens haben, auch wenn es weniger Wörter gibt.",
  "Which share of a picture is replaced, at most; or from one number to another.":
    "Welcher Anteil eines Bilds höchstens ersetzt wird; oder von einer Zahl bis zu einer anderen.",
  "With which number.": "Mit welcher Zahl.",
};
