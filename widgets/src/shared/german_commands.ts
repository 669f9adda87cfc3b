/** The steps that can be undone, and the models to begin with, in German, by the English ones. */
export const COMMANDS: Record<string, string> = {
  "A generator makes pictures of noise, a discriminator tells them from true ones.":
    "Ein Generator macht Bilder aus Rauschen, ein Diskriminator unterscheidet sie von echten.",
  Autoencoder: "Autoencoder",
  "Begin with a template": "Mit einer Vorlage beginnen",
  "Change a frame": "Einen Rahmen ändern",
  "Change a note": "Eine Notiz ändern",
  "Change the order of inputs": "Die Reihenfolge der Eingänge ändern",
  "Change a setting": "Eine Einstellung ändern",
  "Classifies pictures together with numbers about them: two branches that are joined.":
    "Ordnet Bilder samt Zahlen über sie in Klassen: zwei Zweige, die sich vereinen.",
  "Classifies rows of numbers: two dense layers, each with some of its outputs dropped.":
    "Ordnet Zeilen von Zahlen in Klassen: zwei dichte Schichten, von deren Ausgaben einige wegfallen.",
  "Classifies small grey pictures such as digits (LeCun et al., 1998).":
    "Ordnet kleine graue Bilder wie Ziffern in Klassen (LeCun u. a., 1998).",
  "Classifies small pictures by blocks of two convolutions (Simonyan and Zisserman, 2014).":
    "Ordnet kleine Bilder in Klassen, durch Blöcke von zwei Faltungen (Simonyan und Zisserman, 2014).",
  "Classifies small pictures by blocks that add to what came in (He et al., 2015).":
    "Ordnet kleine Bilder in Klassen, durch Blöcke, die zu ihrem Eingang addieren (He u. a., 2015).",
  "Connect two blocks": "Zwei Blöcke verbinden",
  "Delete a note": "Eine Notiz löschen",
  "Delete a snapshot": "Einen Schnappschuss löschen",
  "Delete blocks and wires": "Blöcke und Leitungen löschen",
  "Do several things at once": "Mehreres auf einmal tun",
  "Draw a frame around blocks": "Einen Rahmen um Blöcke ziehen",
  "Draw another model": "Ein anderes Modell zeichnen",
  "Edit inside a submodel": "In einem Teilmodell bearbeiten",
  "Follow the notebook's variables": "Den Variablen des Notebooks folgen",
  "Freeze or unfreeze a layer": "Eine Schicht einfrieren oder auftauen",
  "GAN pair": "GAN-Paar",
  "Give a call a layer of its own": "Einem Aufruf eine eigene Schicht geben",
  "Go back to a snapshot": "Zu einem Schnappschuss zurückkehren",
  "GRU seq2seq": "GRU seq2seq",
  "Insert a layer between others": "Eine Schicht zwischen anderen einfügen",
  "Lead a wire another way": "Eine Leitung anders führen",
  "Lead a wire through a point": "Eine Leitung durch einen Punkt führen",
  "Learns a normal distribution of codes from which new examples can be drawn.":
    "Lernt eine Normalverteilung von Codes, aus der sich neue Beispiele ziehen lassen.",
  LeNet: "LeNet",
  "Let a submodel go its own way": "Ein Teilmodell eigene Wege gehen lassen",
  "Let a submodel take whatever comes": "Ein Teilmodell nehmen lassen, was kommt",
  "Let blocks be calls of one layer": "Blöcke zu Aufrufen einer Schicht machen",
  "LSTM classifier": "LSTM-Klassifizierer",
  "Make a block an output of the model, or no output any more":
    "Einen Block zum Ausgang des Modells machen, oder nicht mehr",
  "Make a submodel of blocks": "Ein Teilmodell aus Blöcken machen",
  "Marks what belongs to an object, point by point (Ronneberger et al., 2015).":
    "Markiert Punkt für Punkt, was zu einem Objekt gehört (Ronneberger u. a., 2015).",
  MLP: "MLP",
  "Move a port of a submodel": "Einen Anschluss eines Teilmodells verschieben",
  "Move blocks": "Blöcke verschieben",
  "Move the end of a wire": "Das Ende einer Leitung verlegen",
  "Multi-input": "Mehrere Eingänge",
  "Mute or unmute blocks": "Blöcke stumm schalten oder nicht mehr",
  "Paste blocks": "Blöcke einfügen",
  "Pin blocks or let them go": "Blöcke anheften oder loslassen",
  "Put a block into a wire": "Einen Block in eine Leitung setzen",
  "Put blocks into a frame": "Blöcke in einen Rahmen setzen",
  "Remove a parameter": "Einen Parameter entfernen",
  "Rename a layer": "Eine Schicht umbenennen",
  "Rename a parameter": "Einen Parameter umbenennen",
  "Rename a snapshot": "Einen Schnappschuss umbenennen",
  "Repeat a block": "Einen Block wiederholen",
  ResNet: "ResNet",
  "Says whether two rows of numbers belong together: one encoder looks at both.":
    "Sagt, ob zwei Zeilen von Zahlen zusammengehören: ein Kodierer sieht sich beide an.",
  "Set a parameter": "Einen Parameter setzen",
  "Show a setting on the submodel, or no longer":
    "Eine Einstellung am Teilmodell zeigen, oder nicht mehr",
  Siamese: "Siamesisch",
  "Sorts texts by two blocks of self-attention (Vaswani et al., 2017).":
    "Teilt Texte ein, durch zwei Blöcke Selbstaufmerksamkeit (Vaswani u. a., 2017).",
  "Sorts texts into two kinds, reading them from both ends; words are numbers, 0 is padding.":
    "Teilt Texte in zwei Arten, von beiden Enden gelesen; Wörter sind Zahlen, 0 füllt auf.",
  "Squeezes 784 numbers through 32 and makes them again; what it cannot make is unusual.":
    "Zwängt 784 Zahlen durch 32 und macht sie wieder; was es nicht machen kann, ist ungewöhnlich.",
  "Take a frame away": "Einen Rahmen wegnehmen",
  "Take a wire away": "Eine Leitung wegnehmen",
  "Take blocks out of a frame": "Blöcke aus einem Rahmen nehmen",
  "Tidy the drawing": "Die Zeichnung aufräumen",
  "Transformer encoder": "Transformer-Kodierer",
  "Turn the drawing": "Die Zeichnung drehen",
  "Turns one sequence into another: one GRU reads it to a state, from which another writes.":
    "Macht aus einer Folge eine andere: eine GRU liest sie in einen Zustand, aus dem eine andere schreibt.",
  "U-Net": "U-Net",
  "Unpack a submodel": "Ein Teilmodell auspacken",
  "Use a block once more": "Einen Block noch einmal benutzen",
  VAE: "VAE",
  "VGG block": "VGG-Block",
};
