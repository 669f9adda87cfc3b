/** What layers do, in German, by the first sentences of their docstrings. */
export const LAYERS: Record<string, string> = {
  "Adds random numbers around zero to the inputs in training.":
    "Addiert im Training Zufallszahlen um null zu den Eingaben.",
  "Adds tensors up, as at the end of a residual block.":
    "Addiert Tensoren, wie am Ende eines Restblocks.",
  "Applies a layer to every step of a sequence by itself: (batch, steps, ...).":
    "Wendet eine Schicht auf jeden Schritt einer Folge für sich an: (Stapel, Schritte, ...).",
  "Applies an activation function.": "Wendet eine Aktivierungsfunktion an.",
  "Applies layers one after the other, to pictures or to dicts with what belongs to them.":
    "Wendet Schichten nacheinander an, auf Bilder oder auf Dicts mit dem, was zu ihnen gehört.",
  "Applies some layers out of eleven, drawn anew for each batch, in training.":
    "Wendet im Training einige von elf Schichten an, für jeden Stapel neu gezogen.",
  "Blurs some pictures in training.": "Macht im Training einige Bilder unscharf.",
  "Brings every picture to the same number of rectangles: cuts off, or adds empty ones.":
    "Bringt jedes Bild auf dieselbe Zahl von Rechtecken: schneidet ab oder fügt leere hinzu.",
  "Changes brightness, contrast, saturation and hue of pictures in training, one by one.":
    "Ändert im Training Helligkeit, Kontrast, Sättigung und Farbton von Bildern, jedes für sich.",
  "Changes the order of the axes of an example.":
    "Ändert die Reihenfolge der Achsen eines Beispiels.",
  "Cuts off the borders of a volume.": "Schneidet die Ränder eines Volumens ab.",
  "Cuts out a piece at a random place in training; from small pictures, it is enlarged.":
    "Schneidet im Training ein Stück an einer zufälligen Stelle aus; bei kleinen Bildern wird es vergrößert.",
  "Cuts out the middle of pictures; of smaller ones, after making them larger.":
    "Schneidet die Mitte von Bildern aus; kleinere werden erst vergrößert.",
  "Cuts rows and columns off at the borders of an image.":
    "Schneidet an den Rändern eines Bilds Zeilen und Spalten ab.",
  "Cuts steps off at the beginning and the end of a sequence, (batch, steps, channels).":
    "Schneidet am Anfang und am Ende einer Folge Schritte ab, (Stapel, Schritte, Kanäle).",
  "Divides a volume into a certain number of windows and keeps the average of each.":
    "Teilt ein Volumen in eine bestimmte Zahl von Fenstern und behält von jedem das Mittel.",
  "Divides a volume into a certain number of windows and keeps the greatest of each.":
    "Teilt ein Volumen in eine bestimmte Zahl von Fenstern und behält von jedem das Größte.",
  "Divides an image into a certain number of windows and keeps the average of each.":
    "Teilt ein Bild in eine bestimmte Zahl von Fenstern und behält von jedem das Mittel.",
  "Divides an image into a certain number of windows and keeps the greatest of each.":
    "Teilt ein Bild in eine bestimmte Zahl von Fenstern und behält von jedem das Größte.",
  "Divides the features of each example by the root of their mean square.":
    "Teilt die Merkmale jedes Beispiels durch die Wurzel ihres mittleren Quadrats.",
  "Divides the features of each example by their length, so that it becomes one.":
    "Teilt die Merkmale jedes Beispiels durch ihre Länge, sodass diese eins wird.",
  "Divides the kernel of a layer by its largest singular value at every training step.":
    "Teilt den Kern einer Schicht bei jedem Trainingsschritt durch seinen größten Singulärwert.",
  "Divides the steps into a certain number of windows and keeps the average of each.":
    "Teilt die Schritte in eine bestimmte Zahl von Fenstern und behält von jedem das Mittel.",
  "Divides the steps into a certain number of windows and keeps the greatest of each.":
    "Teilt die Schritte in eine bestimmte Zahl von Fenstern und behält von jedem das Größte.",
  "Equalises pictures piece by piece, and only so far that noise does not become strong.":
    "Gleicht Bilder Stück für Stück aus, und nur so weit, dass das Rauschen nicht stark wird.",
  "Gives every query a weighted average of the values, by dot products with their keys.":
    "Gibt jeder Anfrage ein gewichtetes Mittel der Werte, nach Skalarprodukten mit ihren Schlüsseln.",
  "Gives every query a weighted average of the values, by the tanh of its sums with their keys.":
    "Gibt jeder Anfrage ein gewichtetes Mittel der Werte, nach dem tanh ihrer Summen mit den Schlüsseln.",
  "Gives every query a weighted average of values, in several heads with features of their own.":
    "Gibt jeder Anfrage ein gewichtetes Mittel von Werten, in mehreren Köpfen mit eigenen Merkmalen.",
  "Gives its inputs back unchanged, and penalises them in the loss.":
    "Gibt seine Eingaben unverändert zurück und bestraft sie im Verlust.",
  "Gives its inputs back unchanged.": "Gibt seine Eingaben unverändert zurück.",
  "Gives the numbers of an example another shape.":
    "Gibt den Zahlen eines Beispiels eine andere Form.",
  "Keeps positive numbers and bends negative ones towards -alpha.":
    "Behält positive Zahlen und biegt negative gegen -alpha.",
  "Keeps positive numbers and makes negative ones small.":
    "Behält positive Zahlen und macht negative klein.",
  'Keeps positive numbers and makes negative ones zero: "rectified linear unit".':
    "Behält positive Zahlen und macht negative zu null: „rectified linear unit“.",
  "Keeps positive numbers and multiplies negative ones by a slope that is learned.":
    "Behält positive Zahlen und multipliziert negative mit einer Steigung, die gelernt wird.",
  "Keeps the average of each channel of a sequence, (batch, steps, channels).":
    "Behält das Mittel jedes Kanals einer Folge, (Stapel, Schritte, Kanäle).",
  "Keeps the average of each channel of a volume.":
    "Behält das Mittel jedes Kanals eines Volumens.",
  "Keeps the average of each channel of an image, (batch, rows, columns, channels).":
    "Behält das Mittel jedes Kanals eines Bilds, (Stapel, Zeilen, Spalten, Kanäle).",
  "Keeps the average of each window of a volume.":
    "Behält das Mittel jedes Fensters eines Volumens.",
  "Keeps the average of each window of pixels, (batch, rows, columns, channels).":
    "Behält das Mittel jedes Fensters von Pixeln, (Stapel, Zeilen, Spalten, Kanäle).",
  "Keeps the average of each window of steps, (batch, steps, channels).":
    "Behält das Mittel jedes Fensters von Schritten, (Stapel, Schritte, Kanäle).",
  "Keeps the greatest number at each place of several tensors.":
    "Behält an jeder Stelle mehrerer Tensoren die größte Zahl.",
  "Keeps the greatest number of each channel of a sequence, (batch, steps, channels).":
    "Behält die größte Zahl jedes Kanals einer Folge, (Stapel, Schritte, Kanäle).",
  "Keeps the greatest number of each channel of a volume.":
    "Behält die größte Zahl jedes Kanals eines Volumens.",
  "Keeps the greatest number of each channel of an image, (batch, rows, columns, channels).":
    "Behält die größte Zahl jedes Kanals eines Bilds, (Stapel, Zeilen, Spalten, Kanäle).",
  "Keeps the greatest number of each window of a volume.":
    "Behält die größte Zahl jedes Fensters eines Volumens.",
  "Keeps the greatest number of each window of pixels, (batch, rows, columns, channels).":
    "Behält die größte Zahl jedes Fensters von Pixeln, (Stapel, Zeilen, Spalten, Kanäle).",
  "Keeps the greatest number of each window of steps, (batch, steps, channels).":
    "Behält die größte Zahl jedes Fensters von Schritten, (Stapel, Schritte, Kanäle).",
  "Keeps the least number at each place of several tensors.":
    "Behält an jeder Stelle mehrerer Tensoren die kleinste Zahl.",
  "Leaves pictures only a few values in training: clears the last bits.":
    "Lässt Bildern im Training nur wenige Werte: löscht die letzten Bits.",
  "Lets pictures lean to the side in training.": "Lässt Bilder im Training zur Seite kippen.",
  "Looks at pictures from nearer or further away in training.":
    "Sieht Bilder im Training aus größerer Nähe oder Ferne an.",
  "Looks at some pictures from the side in training.":
    "Sieht im Training einige Bilder von der Seite an.",
  "Makes an image larger by a whole factor.": "Macht ein Bild um einen ganzzahligen Faktor größer.",
  "Makes colours paler or stronger in training.":
    "Macht Farben im Training blasser oder kräftiger.",
  "Makes every output feature a weighted sum of all input features.":
    "Macht jedes Ausgabemerkmal zu einer gewichteten Summe aller Eingabemerkmale.",
  "Makes every pixel of the output a weighted sum of a window of input pixels.":
    "Macht jeden Pixel der Ausgabe zu einer gewichteten Summe eines Fensters von Eingabepixeln.",
  "Makes every point of a volume a weighted sum of a window of input points.":
    "Macht jeden Punkt eines Volumens zu einer gewichteten Summe eines Fensters von Eingabepunkten.",
  "Makes every step of a sequence a weighted sum of a window of input steps.":
    "Macht jeden Schritt einer Folge zu einer gewichteten Summe eines Fensters von Eingabeschritten.",
  "Makes pictures larger or smaller.": "Macht Bilder größer oder kleiner.",
  "Makes pictures lighter in training, and turns what is too light into its negative.":
    "Macht Bilder im Training heller und verkehrt, was zu hell ist, ins Negative.",
  "Makes pictures lighter or darker in training: adds a number to each.":
    "Macht Bilder im Training heller oder dunkler: addiert zu jedem eine Zahl.",
  "Makes pictures more blurred or sharper in training.":
    "Macht Bilder im Training unschärfer oder schärfer.",
  "Masks the time steps in which every feature has a certain value, and makes them zero.":
    "Maskiert die Zeitschritte, in denen jedes Merkmal einen bestimmten Wert hat, und macht sie zu null.",
  "Mirrors half of the pictures in training.": "Spiegelt im Training die Hälfte der Bilder.",
  "Mixes each picture with another one of the batch, and their labels alike, in training.":
    "Mischt im Training jedes Bild mit einem anderen des Stapels, und ihre Klassen ebenso.",
  "Mixes pictures with what several chains of random layers make of them, in training.":
    "Mischt im Training Bilder mit dem, was mehrere Ketten zufälliger Schichten aus ihnen machen.",
  "Moves pictures up, down and to the sides in training.":
    "Schiebt Bilder im Training nach oben, nach unten und zur Seite.",
  "Moves the values of pictures away from their mean, or towards it, in training.":
    "Rückt die Werte von Bildern im Training von ihrem Mittel weg oder zu ihm hin.",
  "Multi-head attention in which several heads of queries share keys and values.":
    "Aufmerksamkeit, bei der mehrere Köpfe von Anfragen sich Schlüssel und Werte teilen.",
  "Multiplies by a number and adds one: inputs * scale + offset.":
    "Multipliziert mit einer Zahl und addiert eine: Eingaben * scale + offset.",
  "Multiplies its input by a kernel, axis by axis as an equation says.":
    "Multipliziert seine Eingabe mit einem Kern, Achse für Achse, wie eine Gleichung sagt.",
  "Multiplies tensors, as gates do.": "Multipliziert Tensoren, wie es Gatter tun.",
  "Multiplies the inputs by random numbers around one in training.":
    "Multipliziert die Eingaben im Training mit Zufallszahlen um eins.",
  "Multiplies two tensors and sums over one axis of each.":
    "Multipliziert zwei Tensoren und summiert über je eine Achse.",
  "Puts a piece of another picture of the batch into each, and mixes their labels, in training.":
    "Setzt im Training ein Stück eines anderen Bilds des Stapels in jedes, und mischt ihre Klassen.",
  "Puts all numbers of an example one after the other: (batch, ...) to (batch, numbers).":
    "Reiht alle Zahlen eines Beispiels auf: aus (Stapel, ...) wird (Stapel, Zahlen).",
  "Puts combinations of categories into bins by their fingerprints.":
    "Ordnet Kombinationen von Kategorien nach ihren Fingerabdrücken in Fächer.",
  "Puts tensors one after the other along one axis.":
    "Reiht Tensoren entlang einer Achse aneinander.",
  "Puts words and numbers into bins by their fingerprints.":
    "Ordnet Wörter und Zahlen nach ihren Fingerabdrücken in Fächer.",
  "Puts zeros around a volume.": "Legt Nullen um ein Volumen.",
  "Puts zeros around an image.": "Legt Nullen um ein Bild.",
  "Puts zeros before and after a sequence, (batch, steps, channels).":
    "Setzt Nullen vor und hinter eine Folge, (Stapel, Schritte, Kanäle).",
  "Reads a sequence from both ends and puts the results together.":
    "Liest eine Folge von beiden Enden und fügt die Ergebnisse zusammen.",
  "Reads a sequence of images, (batch, time, rows, columns, channels), with sliding kernels.":
    "Liest eine Folge von Bildern, (Stapel, Zeit, Zeilen, Spalten, Kanäle), mit gleitenden Kernen.",
  "Reads a sequence of sequences, (batch, time, steps, channels), with sliding kernels.":
    "Liest eine Folge von Folgen, (Stapel, Zeit, Schritte, Kanäle), mit gleitenden Kernen.",
  "Reads a sequence of volumes, (batch, time, depth, rows, columns, channels).":
    "Liest eine Folge von Volumen, (Stapel, Zeit, Tiefe, Zeilen, Spalten, Kanäle).",
  "Reads a sequence with a memory: gates decide what to store, to forget and to show.":
    "Liest eine Folge mit einem Gedächtnis: Gatter entscheiden, was zu merken, zu vergessen und zu zeigen ist.",
  "Reads a sequence with a state that is also the output: (batch, steps, features).":
    "Liest eine Folge mit einem Zustand, der auch die Ausgabe ist: (Stapel, Schritte, Merkmale).",
  "Reads a sequence with gates that decide how much of the state each step renews.":
    "Liest eine Folge mit Gattern, die entscheiden, wie viel des Zustands jeder Schritt erneuert.",
  "Repeats every point of a volume.": "Wiederholt jeden Punkt eines Volumens.",
  "Repeats every step of a sequence, (batch, steps, channels).":
    "Wiederholt jeden Schritt einer Folge, (Stapel, Schritte, Kanäle).",
  "Repeats the features of an example as the steps of a sequence.":
    "Wiederholt die Merkmale eines Beispiels als die Schritte einer Folge.",
  "Replaces a rectangle of some pictures by noise or a number in training.":
    "Ersetzt im Training ein Rechteck einiger Bilder durch Rauschen oder eine Zahl.",
  "Replaces every whole number by a vector that is learned: (...) to (..., output_dim).":
    "Ersetzt jede ganze Zahl durch einen Vektor, der gelernt wird: aus (...) wird (..., output_dim).",
  "Replaces some inputs in training so that their mean and deviation stay as they are.":
    "Ersetzt im Training einige Eingaben so, dass Mittel und Abweichung bleiben, wie sie sind.",
  "Replaces values by their ranks, so that each occurs about as often as any other.":
    "Ersetzt Werte durch ihre Ränge, sodass jeder etwa gleich oft vorkommt.",
  "Replaces whole numbers by vectors, and vectors back by a score for every number.":
    "Ersetzt ganze Zahlen durch Vektoren, und Vektoren durch eine Bewertung jeder Zahl.",
  "Says in which range each number is: below the first boundary 0, up to the second 1, ...":
    "Sagt, in welchem Bereich jede Zahl liegt: unter der ersten Grenze 0, bis zur zweiten 1, ...",
  "Sets some channels of a sequence to zero in training, (batch, steps, channels).":
    "Setzt im Training einige Kanäle einer Folge auf null, (Stapel, Schritte, Kanäle).",
  "Sets some channels of a volume to zero in training.":
    "Setzt im Training einige Kanäle eines Volumens auf null.",
  "Sets some channels of an image to zero in training.":
    "Setzt im Training einige Kanäle eines Bilds auf null.",
  "Sets some of the inputs to zero in training, and makes the others greater to compensate.":
    "Setzt im Training einige Eingaben auf null und macht die anderen zum Ausgleich größer.",
  "Shifts and scales every feature to mean zero and deviation one over a batch.":
    "Verschiebt und skaliert jedes Merkmal auf Mittel null und Abweichung eins über einen Stapel.",
  "Shifts and scales features to mean zero and deviation one, by statistics of a data set.":
    "Verschiebt und skaliert Merkmale auf Mittel null und Abweichung eins, nach der Statistik eines Datensatzes.",
  "Shifts and scales groups of channels of each example to mean zero and deviation one.":
    "Verschiebt und skaliert Gruppen von Kanälen jedes Beispiels auf Mittel null und Abweichung eins.",
  "Shifts and scales the features of each example to mean zero and deviation one.":
    "Verschiebt und skaliert die Merkmale jedes Beispiels auf Mittel null und Abweichung eins.",
  "Slides a window of its own over every channel of a sequence, (batch, steps, channels).":
    "Schiebt über jeden Kanal einer Folge ein eigenes Fenster, (Stapel, Schritte, Kanäle).",
  "Slides a window of its own over every channel of an image.":
    "Schiebt über jeden Kanal eines Bilds ein eigenes Fenster.",
  "Slides a window over every channel of a sequence by itself, then mixes the channels.":
    "Schiebt über jeden Kanal einer Folge für sich ein Fenster und mischt dann die Kanäle.",
  "Slides a window over every channel of an image by itself, then mixes the channels.":
    "Schiebt über jeden Kanal eines Bilds für sich ein Fenster und mischt dann die Kanäle.",
  "Spreads every pixel over a window of output pixels, as a decoder does to enlarge an image.":
    "Verteilt jeden Pixel auf ein Fenster von Ausgabepixeln, wie ein Dekodierer ein Bild vergrößert.",
  "Spreads every point of a volume over a window of output points.":
    "Verteilt jeden Punkt eines Volumens auf ein Fenster von Ausgabepunkten.",
  "Spreads every step of a sequence over a window of output steps.":
    "Verteilt jeden Schritt einer Folge auf ein Fenster von Ausgabeschritten.",
  "Stretches the values of each channel over the whole range, in training and outside of it.":
    "Dehnt die Werte jedes Kanals über den ganzen Bereich, im Training und sonst.",
  "Subtracts the second of two tensors from the first.":
    "Zieht den zweiten von zwei Tensoren vom ersten ab.",
  "Takes some of the colour from pictures in training, or exaggerates it.":
    "Nimmt Bildern im Training etwas von ihrer Farbe, oder übertreibt sie.",
  "Takes texts apart into words and turns these into their places in a vocabulary.":
    "Zerlegt Texte in Wörter und macht daraus deren Plätze in einem Wortschatz.",
  "Takes the average of tensors.": "Nimmt das Mittel von Tensoren.",
  "Takes the colours from some pictures in training.":
    "Nimmt im Training einigen Bildern die Farben.",
  "Turns categories, which are whole numbers, into vectors of zeros and ones.":
    "Macht aus Kategorien, die ganze Zahlen sind, Vektoren aus Nullen und Einsen.",
  "Turns numbers into probabilities: positive, with the sum one.":
    "Macht aus Zahlen Wahrscheinlichkeiten: positiv, mit der Summe eins.",
  "Turns pictures by a random angle in training.":
    "Dreht Bilder im Training um einen zufälligen Winkel.",
  "Turns some pictures into their negatives in training.":
    "Verkehrt im Training einige Bilder in ihr Negativ.",
  "Turns sound into a picture of how loud each pitch is, (..., pitches, frames).":
    "Macht aus Ton ein Bild davon, wie laut jede Tonhöhe ist, (..., Tonhöhen, Fenster).",
  "Turns sound, (batch, samples, channels), into its frequencies at each time, by convolutions.":
    "Zerlegt Ton, (Stapel, Abtastwerte, Kanäle), durch Faltungen in seine Frequenzen zu jeder Zeit.",
  "Turns the circle of colours in training: red becomes orange, orange yellow.":
    "Dreht im Training den Farbkreis: Rot wird Orange, Orange Gelb.",
  "Turns whole numbers into their places in a vocabulary, or into vectors; or back.":
    "Macht aus ganzen Zahlen ihre Plätze in einem Wortschatz, oder Vektoren; oder umgekehrt.",
  "Turns words into their places in a vocabulary, or into vectors; or places into words.":
    "Macht aus Wörtern ihre Plätze in einem Wortschatz, oder Vektoren; oder aus Plätzen Wörter.",
  "Where data comes into the model: tells the shape of one example.":
    "Wo Daten in das Modell kommen: sagt die Form eines Beispiels.",
  "Wobbles some pictures in training, as if they were seen through water.":
    "Verzerrt im Training einige Bilder, als sähe man sie durch Wasser.",
};
