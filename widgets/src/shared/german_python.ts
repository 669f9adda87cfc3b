/** The sentences that Python says (visualnn/builder) in German, by the English ones (`sentences.ts`). */
export const PYTHON: Record<string, string> = {
  " Is {name} meant?": " Ist {name} gemeint?",
  " There are {names}.": " Es gibt {names}.",
  "`{name}` must be {said}, or computed from parameters: {problem}":
    "`{name}` muss {said} sein, oder aus Parametern berechnet: {problem}",
  "a closing parenthesis is missing": "eine schließende Klammer fehlt",
  "A file needs a name, such as model.keras.": "Eine Datei braucht einen Namen, etwa model.keras.",
  "A name cannot be empty.": "Ein Name kann nicht leer sein.",
  "A name cannot be longer than 200 characters.":
    "Ein Name darf nicht länger als 200 Zeichen sein.",
  "A name cannot contain {names}.": "Ein Name darf nicht enthalten: {names}.",
  "A note cannot be longer than {most} characters: divide it.":
    "Eine Notiz darf nicht länger als {most} Zeichen sein: aufteilen.",
  "A note is {least} to {most} points wide and high.":
    "Eine Notiz ist {least} bis {most} Punkte breit und hoch.",
  "a number is missing": "eine Zahl fehlt",
  "A parameter has a name of letters, digits and _ such as width, but this is {name}.":
    "Der Name eines Parameters besteht aus Buchstaben, Ziffern und _, etwa width; dies ist {name}.",
  "A point that far away would never be seen again.":
    "Einen so weit entfernten Punkt würde man nie wieder sehen.",
  "a shape": "eine Form",
  "a shape, such as 28, 28, 1": "eine Form, etwa 28, 28, 1",
  "A wire is led through at most {most} points, not {count}.":
    "Eine Leitung führt durch höchstens {most} Punkte, nicht {count}.",
  "Add an input": "Einen Eingang hinzufügen",
  "After the first epoch the loss is {loss}.": "Nach der ersten Epoche ist der Verlust {loss}.",
  "An expression cannot be longer than {count} characters.":
    "Ein Ausdruck darf nicht länger als {count} Zeichen sein.",
  "An input takes data from outside the model.":
    "Ein Eingang nimmt Daten von außerhalb des Modells.",
  "An instance is shared, linked or copied, not {kind}.":
    "Eine Instanz ist geteilt (shared), verknüpft (linked) oder kopiert (copied), nicht {kind}.",
  "Change settings": "Einstellungen ändern",
  channels: "Kanäle",
  "Choose the data first: what goes in, x, and what should come out, y.":
    "Erst die Daten wählen: was hineingeht, x, und was herauskommen soll, y.",
  "Concatenate instead": "Stattdessen Concatenate",
  "Connect to {name}": "Mit {name} verbinden",
  "Connect {name}": "{name} verbinden",
  "Delete it": "Ihn löschen",
  depth: "Tiefe",
  "does not fall with it yet": "fällt noch nicht mit",
  "Edits that were not saved last time are kept: look at Versions to compare and restore them.":
    "Änderungen, die letztes Mal nicht gespeichert wurden, sind noch da: unter Versionen lassen sie sich vergleichen und wiederherstellen.",
  "falls, too": "fällt auch",
  features: "Merkmale",
  "gives {shape}": "gibt {shape}",
  "hardly changes": "ändert sich kaum",
  height: "Höhe",
  heights: "Höhen",
  "Input {name}: a size cannot be negative.": "Input {name}: eine Größe kann nicht negativ sein.",
  "Input {name}: the batch size is 1 or more.": "Input {name}: die Stapelgröße ist 1 oder mehr.",
  "Insert Reshape to ({shape})": "Reshape zu ({shape}) einfügen",
  "Insert {kind}": "{kind} einfügen",
  "Insert {kind} by 1/255": "{kind} mit 1/255 einfügen",
  "Insert {kind} with the means of {data}": "{kind} mit den Mitteln von {data} einfügen",
  "Inside {name}: {problem}": "In {name}: {problem}",
  "is falling": "fällt",
  "it divides by zero": "er teilt durch null",
  "it has no inputs": "er hat keine Eingänge",
  "it is nested too deeply": "er ist zu tief geschachtelt",
  "it is too large": "er ist zu groß",
  "it is too large, or no real number": "er ist zu groß, oder keine reelle Zahl",
  "its input {port}": "seinen Eingang {port}",
  "its inputs are {names}": "seine Eingänge sind {names}",
  "its only input": "seinen einzigen Eingang",
  "Its output is not simply that of the last block.":
    "Sein Ausgang ist nicht einfach der des letzten Blocks.",
  "Its shape is not known.": "Seine Form ist nicht bekannt.",
  length: "Länge",
  lengths: "Längen",
  "Let {name} take {shapes}": "{name} soll {shapes} nehmen",
  "Make it an output": "Zum Ausgang machen",
  "Mute {name}": "{name} stumm schalten",
  "name of the model": "Name des Modells",
  "no more is known": "mehr ist nicht bekannt",
  "No wire leads from {source} to {target}.": "Von {source} führt keine Leitung zu {target}.",
  "Say where to: builder.save('model.keras').": "Sagen, wohin: builder.save('model.keras').",
  "Select the blocks that shall be in the frame first.":
    "Erst die Blöcke auswählen, die in den Rahmen sollen.",
  "Select the layers that shall become a submodel first; inputs stay outside.":
    "Erst die Schichten auswählen, die ein Teilmodell werden sollen; Eingänge bleiben außerhalb.",
  "Select two or more blocks of the same kind: they become calls of one layer.":
    "Zwei oder mehr Blöcke derselben Art auswählen: sie werden Aufrufe einer Schicht.",
  "sizes along axis {axis}": "Größen entlang der Achse {axis}",
  "Stopped in epoch {epoch}.": "Beendet in Epoche {epoch}.",
  "takes no {shape}: with {between} before it, it fits":
    "nimmt {shape} nicht: mit {between} davor passt es",
  "That frame is not there any more.": "Dieser Rahmen ist nicht mehr da.",
  "That note is not there any more.": "Diese Notiz ist nicht mehr da.",
  "the batch sizes differ": "die Stapelgrößen unterscheiden sich",
  "The code leaves no model: assign the model to a variable named model.":
    "Der Code hinterlässt kein Modell: das Modell einer Variablen namens model zuweisen.",
  "The colour of a frame is one of {colors}.": "Die Farbe eines Rahmens ist eine von {colors}.",
  "The colour of a note is one of {colors}.": "Die Farbe einer Notiz ist eine von {colors}.",
  "The depth of a figure is 0 or more levels of submodels, not {depth}.":
    "Die Tiefe einer Abbildung ist 0 oder mehr Ebenen von Teilmodellen, nicht {depth}.",
  "The drawing is not a model yet ({said}):\n{faults}":
    "Die Zeichnung ist noch kein Modell ({said}):\n{faults}",
  "The drawing is too large to be saved as long as it is no model: repair what is wrong with it first.":
    "Die Zeichnung ist zu groß, um gespeichert zu werden, solange sie kein Modell ist: erst beheben, was an ihr falsch ist.",
  "The first epoch is running.": "Die erste Epoche läuft.",
  "The labels {data} go up to {highest}, but {name} tells {units} classes apart.":
    "Die Klassen in {data} gehen bis {highest}, aber {name} unterscheidet {units}.",
  "The learning rate must be above 0, but is {value}.":
    "Die Lernrate muss über 0 sein, ist aber {value}.",
  "The loss has been flat for {count} epochs: the model has learned what it can.":
    "Der Verlust ist seit {count} Epochen gleich: das Modell hat gelernt, was es kann.",
  "The loss is not a number any more: try a smaller learning rate, or scale the data.":
    "Der Verlust ist keine Zahl mehr: eine kleinere Lernrate versuchen, oder die Daten skalieren.",
  "The loss is rising: a smaller learning rate may help.":
    "Der Verlust steigt: eine kleinere Lernrate kann helfen.",
  "The loss {direction}, {before} to {now}.": "Der Verlust {direction}, {before} auf {now}.",
  "The loss {direction}, {before} to {now}; validation loss {better}.":
    "Der Verlust {direction}, {before} auf {now}; der Validierungsverlust {better}.",
  "The loss {loss} expects numbers before {activation} (from_logits=True), but {name} applies {activation} already: it would be applied twice.":
    "Der Verlust {loss} erwartet die Zahlen vor {activation} (from_logits=True), aber {name} wendet {activation} schon an: es würde zweimal angewendet.",
  "The loss {loss} expects probabilities that sum to 1, which those of {name} do not.":
    "Der Verlust {loss} erwartet Wahrscheinlichkeiten mit der Summe 1; die von {name} haben sie nicht.",
  "The loss {loss} expects probabilities, but {name} gives any numbers: give it {activation}, or set from_logits=True.":
    "Der Verlust {loss} erwartet Wahrscheinlichkeiten, aber {name} gibt beliebige Zahlen: {activation} verwenden, oder from_logits=True setzen.",
  "The model has no input yet: add an Input block and connect it.":
    "Das Modell hat noch keinen Eingang: einen Input-Block hinzufügen und verbinden.",
  "The name of a frame cannot be longer than 200 characters.":
    "Der Name eines Rahmens darf nicht länger als 200 Zeichen sein.",
  "The notebook has no variable {name} any more: choose the data again.":
    "Das Notebook hat keine Variable {name} mehr: die Daten neu wählen.",
  "The notebook has no variable {variable}: define it, then refresh.":
    "Das Notebook hat keine Variable {variable}: erst festlegen, dann auffrischen.",
  "The numbers of {data} go from {lowest} to {highest}, and {name} gives them to {learner} as they are: networks learn best from numbers of about 1.":
    "Die Zahlen von {data} gehen von {lowest} bis {highest}, und {name} gibt sie an {learner}, wie sie sind: Netze lernen am besten aus Zahlen um 1.",
  "The operation {class_name} is not known here.":
    "Die Operation {class_name} ist hier nicht bekannt.",
  "the order of the layers": "die Reihenfolge der Schichten",
  "the other model": "das andere Modell",
  "the parameters are {names}": "die Parameter sind {names}",
  "The ports of {name} go by names: they have no order.":
    "Die Anschlüsse von {name} gehen nach Namen: sie haben keine Reihenfolge.",
  "the power is too large": "die Potenz ist zu groß",
  "The style of code is one of {styles}, not {style}.":
    "Der Stil des Codes ist einer von {styles}, nicht {style}.",
  "The submodel that this was about is not there any more.":
    "Das Teilmodell, um das es ging, ist nicht mehr da.",
  "The validation split is from 0 to below 1, not {value}.":
    "Der Anteil zur Validierung ist von 0 bis unter 1, nicht {value}.",
  "The variable {name} is no array any more: choose the data again.":
    "Die Variable {name} ist kein Array mehr: die Daten neu wählen.",
  "The variable {variable} is no number, but {kind}.":
    "Die Variable {variable} ist keine Zahl, sondern {kind}.",
  "The weights in {target} could not be read, because not all of its layers are known here, and saving would lose them, for {reason}: choose another name.":
    "Die Gewichte in {target} konnten nicht gelesen werden, weil nicht alle Schichten hier bekannt sind, und Speichern würde sie verlieren, denn {reason}: einen anderen Namen wählen.",
  "The wire {wire} has no point number {number}; it has {count}.":
    "Die Leitung {wire} hat keinen Punkt Nummer {number}; es sind {count}.",
  "the {sizes} differ": "es unterscheiden sich: {sizes}",
  "The {snapshots} of the drawing take more room than a file has for them: delete some, then save again.":
    "Die {snapshots} der Zeichnung brauchen mehr Platz, als eine Datei dafür hat: einige löschen, dann noch einmal speichern.",
  "there are no parameters yet": "es gibt noch keine Parameter",
  "There are {count} snapshots already: delete one first.":
    "Es gibt schon {count} Schnappschüsse: erst einen löschen.",
  "There is a layer named {name} already; every layer needs a name of its own.":
    "Es gibt schon eine Schicht namens {name}; jede Schicht braucht einen eigenen Namen.",
  "There is a parameter named {name} already.": "Es gibt schon einen Parameter namens {name}.",
  "There is a snapshot named {name} already: choose another name.":
    "Es gibt schon einen Schnappschuss namens {name}: einen anderen Namen wählen.",
  "There is no block {block} any more.": "Der Block {block} ist nicht mehr da.",
  "There is no layer {name} in the palette.{hint}":
    "Es gibt keine Schicht {name} in der Liste.{hint}",
  "There is no model yet: add an Input and layers, and connect them.":
    "Es gibt noch kein Modell: einen Input und Schichten hinzufügen und verbinden.",
  "there is no parameter {name} ({hint})": "es gibt keinen Parameter {name} ({hint})",
  "There is no parameter {name} any more.": "Den Parameter {name} gibt es nicht mehr.",
  "There is no snapshot {name} any more.": "Den Schnappschuss {name} gibt es nicht mehr.",
  "There is no snapshot {other}; there are: {kept}.":
    "Es gibt keinen Schnappschuss {other}; es gibt: {kept}.",
  "There is no template {name}.{hint}": "Es gibt keine Vorlage {name}.{hint}",
  "There is no wire {wire} any more.": "Die Leitung {wire} ist nicht mehr da.",
  "There is nothing to compute.": "Es gibt nichts zu berechnen.",
  "There is nothing to do again.": "Es gibt nichts zu wiederholen.",
  "There is only one: it has no other place.": "Es gibt nur einen: er hat keinen anderen Platz.",
  "they have different numbers of axes": "sie haben verschieden viele Achsen",
  "This is no Python: {problem}.": "Das ist kein Python: {problem}.",
  "Training is just starting.": "Das Training beginnt gerade.",
  "Training is just stopping.": "Das Training hört gerade auf.",
  "Training is not running.": "Das Training läuft nicht.",
  "Training is paused already.": "Das Training ist schon angehalten.",
  "Training runs already.": "Das Training läuft schon.",
  "Training runs already: stop it first.": "Das Training läuft schon: erst beenden.",
  "Training runs: stop it before opening something else.":
    "Das Training läuft: erst beenden, dann etwas anderes öffnen.",
  "true or false": "wahr oder falsch",
  "Validation loss has not become better for {count} epochs while training loss still falls. If this goes on, the model is overfitting: try Dropout, or stop early.":
    "Der Validierungsverlust ist seit {count} Epochen nicht besser geworden, während der Trainingsverlust noch fällt. Geht das so weiter, passt sich das Modell zu sehr an: Dropout versuchen, oder früh aufhören.",
  "Validation loss was lowest after epoch {epoch}: {loss}.":
    "Der Validierungsverlust war nach Epoche {epoch} am kleinsten: {loss}.",
  "what is inside": "was darin ist",
  "What is on the clipboard is not blocks that were copied from a drawing.":
    "In der Zwischenablage sind keine Blöcke, die aus einer Zeichnung kopiert wurden.",
  "What {name} computes cannot be drawn as layers and wires: {problem}":
    "Was {name} berechnet, lässt sich nicht als Schichten und Leitungen zeichnen: {problem}",
  "What {name} gives is not known yet, so neither is what the submodel takes: mend {name} first.":
    "Was {name} gibt, ist noch nicht bekannt, also auch nicht, was das Teilmodell nimmt: erst {name} in Ordnung bringen.",
  "whole numbers": "ganze Zahlen",
  width: "Breite",
  widths: "Breiten",
  "Without {names} the rest would not fit. {sentence}":
    "Ohne {names} würde der Rest nicht passen. {sentence}",
  "works along the last axis of {shape} only": "wirkt nur entlang der letzten Achse von {shape}",
  "{count} call": "{count} Aufruf",
  "{count} calls": "{count} Aufrufen",
  "{count} epoch": "{count} Epoche",
  "{count} epochs": "{count} Epochen",
  "{count} layer": "{count} Schicht",
  "{count} layers": "{count} Schichten",
  "{count} more": "{count} weitere",
  "{count} more measure": "{count} weiteres Maß",
  "{count} more measures": "{count} weitere Maße",
  "{count} number": "{count} Zahl",
  "{count} numbers": "{count} Zahlen",
  "{count} snapshot": "{count} Schnappschuss",
  "{count} snapshots": "{count} Schnappschüsse",
  "{count} time": "{count}-mal",
  "{count} times": "{count}-mal",
  "{first} and {second} differ in {other}: make them the same first, for they will have one layer.":
    "{first} und {second} unterscheiden sich in {other}: erst gleich machen, denn sie werden eine Schicht haben.",
  "{first} is {first_kind} and {second} is {second_kind}: only blocks of one kind can share a layer.":
    "{first} ist {first_kind} und {second} ist {second_kind}: nur Blöcke einer Art können eine Schicht teilen.",
  "{giver} already leads to {name}: a model cannot contain a loop.":
    "{giver} führt schon zu {name}: ein Modell darf keine Schleife enthalten.",
  "{layer} is for pixels from 0 to 255, and {learner} gets them as they are: networks learn best from numbers of about 1.":
    "{layer} ist für Pixel von 0 bis 255, und {learner} bekommt sie, wie sie sind: Netze lernen am besten aus Zahlen um 1.",
  "{names} and {count} more": "{names} und {count} weitere",
  "{names} cannot be computed: each needs the other's value first.":
    "{names} können nicht berechnet werden: jeder braucht erst den Wert des anderen.",
  "{names} would lead out of the submodel and back into it: select what lies between, too.":
    "{names} würde aus dem Teilmodell hinaus und wieder hinein führen: auch auswählen, was dazwischen liegt.",
  "{name} cannot be connected to itself: a model cannot contain a loop.":
    "{name} kann nicht mit sich selbst verbunden werden: ein Modell darf keine Schleife enthalten.",
  "{name} cannot combine its inputs: {said}: {difference}.":
    "{name} kann seine Eingänge nicht zusammenfassen: {said}: {difference}.",
  "{name} does not fit: {said}. {error}": "{name} passt nicht: {said}. {error}",
  "{name} does not say what goes into it: end the code with model.build(...) and the shape of the inputs.":
    "{name} sagt nicht, was hineingeht: den Code mit model.build(...) und der Form der Eingänge beenden.",
  "{name} does not simply take what the block before it gives.":
    "{name} nimmt nicht einfach, was der Block davor gibt.",
  "{name} gives whole numbers ({dtype}) to {learner} as they are: networks learn best from numbers of about 1, so divide them by their largest first.":
    "{name} gibt ganze Zahlen ({dtype}) an {learner}, wie sie sind: Netze lernen am besten aus Zahlen um 1, also erst durch die größte teilen.",
  "{name} gives {shape}": "{name} gibt {shape}",
  "{name} has a free input, so nobody knows what the submodel takes: connect it first.":
    "{name} hat einen freien Eingang, also weiß niemand, was das Teilmodell nimmt: erst verbinden.",
  "{name} has changed since it was opened": "{name} hat sich geändert, seit sie geöffnet wurde",
  "{name} has no activation, and {after} follows it: two weighted sums in a row can learn no more than one.":
    "{name} hat keine Aktivierung, und {after} folgt: zwei gewichtete Summen hintereinander können nicht mehr lernen als eine.",
  "{name} has no input yet: connect a block to it.":
    "{name} hat noch keinen Eingang: einen Block damit verbinden.",
  "{name} has no input {port}: {known}. A wire leads from output to input.":
    "{name} hat keinen Eingang {port}: {known}. Eine Leitung führt von einem Ausgang zu einem Eingang.",
  "{name} has no inputs yet: connect the blocks that it combines.":
    "{name} hat noch keine Eingänge: die Blöcke verbinden, die er zusammenfasst.",
  "{name} has no output number {number}; it has {count}.":
    "{name} hat keinen Ausgang Nummer {number}; es sind {count}.",
  "{name} has no setting `{setting}`.": "{name} hat keine Einstellung `{setting}`.",
  "{name} has one call only: it shares nothing.":
    "{name} hat nur einen Aufruf: da ist nichts geteilt.",
  "{name} has other settings than its weights in it were made for":
    "{name} hat andere Einstellungen als die, für die die Gewichte darin gemacht sind",
  "{name} has {count} of them, counted from 0.": "{name} hat {count} davon, von 0 an gezählt.",
  "{name} has no other input here: there is no order.":
    "{name} hat hier keinen anderen Eingang: es gibt keine Reihenfolge.",
  "{name} has {count} inputs here, counted from 0.":
    "{name} hat hier {count} Eingänge, von 0 an gezählt.",
  "{name} has {inputs} inputs and {outputs} outputs: only what has one of each can stand several times in a row.":
    "{name} hat {inputs} Eingänge und {outputs} Ausgänge: nur was je einen hat, kann mehrmals hintereinander stehen.",
  "{name} has {inputs}, and only what has one can be passed by.":
    "{name} hat {inputs}, und nur was einen hat, kann übergangen werden.",
  "{name} is a function of expressions: choose another name.":
    "{name} ist eine Funktion in Ausdrücken: einen anderen Namen wählen.",
  "{name} is a second input, and a Sequential model has one.":
    "{name} ist ein zweiter Eingang, und ein Sequential-Modell hat einen.",
  "{name} is a softmax of one number, which is always 1.":
    "{name} ist ein Softmax einer einzigen Zahl, also immer 1.",
  "{name} is an input of the model: there is nothing to use again.":
    "{name} ist ein Eingang des Modells: da gibt es nichts noch einmal zu benutzen.",
  "{name} is an operation, not a layer, which a Sequential model cannot hold.":
    "{name} ist eine Operation und keine Schicht; ein Sequential-Modell nimmt nur Schichten.",
  "{name} is an {kind}: it has no weights to freeze.":
    "{name} ist vom Typ {kind}: da gibt es keine Gewichte einzufrieren.",
  "{name} is an {kind}: it has nothing to share.":
    "{name} ist vom Typ {kind}: da gibt es nichts zu teilen.",
  "{name} is an {kind}: it has nothing to share; copy it.":
    "{name} ist vom Typ {kind}: da gibt es nichts zu teilen; kopieren.",
  "{name} is at an end of this wire already.": "{name} ist schon an einem Ende dieser Leitung.",
  "{name} is called several times, which a Sequential model cannot say.":
    "{name} wird mehrmals aufgerufen, was ein Sequential-Modell nicht sagen kann.",
  "{name} is followed by numbers in parentheses": "nach {name} kommen Zahlen in Klammern",
  "{name} is no submodel, so there is no structure to keep the same: share it, copy it, or make a submodel of it first.":
    "{name} ist kein Teilmodell, hat also keine Struktur, die gleich bleiben könnte: teilen, kopieren, oder erst ein Teilmodell daraus machen.",
  "{name} is no submodel: it takes what fits its settings.":
    "{name} ist kein Teilmodell: er nimmt, was zu seinen Einstellungen passt.",
  "{name} is no submodel: there is nothing inside to edit. Select blocks and press Ctrl+G to make one of them.":
    "{name} ist kein Teilmodell: darin ist nichts zu bearbeiten. Blöcke auswählen und Strg+G drücken, um eines daraus zu machen.",
  "{name} is no submodel: there is nothing inside to unpack.":
    "{name} ist kein Teilmodell: darin ist nichts auszupacken.",
  "{name} is not linked to another submodel.":
    "{name} ist mit keinem anderen Teilmodell verknüpft.",
  "{name} is not used yet: connect it to a layer.":
    "{name} ist noch nicht benutzt: mit einer Schicht verbinden.",
  "{name} is one layer with {uses} calls, and not all of them are selected: select the others, too, or give this one a layer of its own (Unshare).":
    "{name} ist eine Schicht mit {uses} Aufrufen, und nicht alle sind ausgewählt: auch die anderen auswählen, oder diesem eine eigene Schicht geben (Teilung aufheben).",
  "{name} is shared by {uses}: give this call a model of its own first (Unshare).":
    "{name} wird von {uses} geteilt: erst diesem Aufruf ein eigenes Modell geben (Teilung aufheben).",
  "{name} is the last layer: it sets some of what the model says to zero while it learns.":
    "{name} ist die letzte Schicht: sie setzt einen Teil dessen, was das Modell sagt, beim Lernen auf null.",
  "{name} is the last layer: it shifts what the model says to the mean of each batch.":
    "{name} ist die letzte Schicht: sie verschiebt, was das Modell sagt, zum Mittel jedes Stapels.",
  "{name} is the only output, and a model needs one.":
    "{name} ist der einzige Ausgang, und ein Modell braucht einen.",
  "{name} is told more than its input when it is called.":
    "{name} bekommt beim Aufruf mehr als seinen Eingang.",
  "{name} is used by {said}: write {numbers} there first.":
    "{name} wird von {said} benutzt: dort erst {numbers} hinschreiben.",
  "{name} is used {said}: say which, by its id: {uses}.":
    "{name} kommt {said} vor: sagen, welcher gemeint ist, mit seiner Kennung: {uses}.",
  "{name} leads to another block already: take that wire away first.":
    "{name} führt schon zu einem anderen Block: erst jene Leitung wegnehmen.",
  "{name} leads to no output of the model, so it is not part of it.":
    "{name} führt zu keinem Ausgang des Modells und gehört deshalb nicht dazu.",
  "{name} must be 1 or more, but is {value}.": "{name} muss 1 oder mehr sein, ist aber {value}.",
  "{name} needs a wire into {ports}.": "{name} braucht eine Leitung in {ports}.",
  "{name} tells classes apart of which one is right, but the loss {loss} reads each by itself: categorical_crossentropy fits.":
    "{name} unterscheidet Klassen, von denen eine stimmt, aber der Verlust {loss} liest jede für sich: categorical_crossentropy passt.",
  "{name} tells classes apart, but the loss {loss} is for numbers.":
    "{name} unterscheidet Klassen, aber der Verlust {loss} ist für Zahlen.",
  "{name} tells two classes apart by one number, but the loss {loss} expects a number for each class: binary_crossentropy fits.":
    "{name} unterscheidet zwei Klassen durch eine Zahl, aber der Verlust {loss} erwartet eine Zahl für jede Klasse: binary_crossentropy passt.",
  "{name} then gives {shape}": "{name} gibt dann {shape}",
  "{owner} has no setting `{name}`. Its settings are: {known}.":
    "{owner} hat keine Einstellung `{name}`. Die Einstellungen sind: {known}.",
  "{owner} needs a value for `{name}`.": "{owner} braucht einen Wert für `{name}`.",
  "{owner}: `{name}` must be {kind}, but is {value}.":
    "{owner}: `{name}` muss {kind} sein, ist aber {value}.",
  "{reason} Choose the functional style.": "{reason} Den funktionalen Stil wählen.",
  "{said}, another {shape}: sizes of 1 are repeated.":
    "{said}, ein anderer {shape}: Größen von 1 werden wiederholt.",
  "{said}, but {other}: {taker} cannot combine them.":
    "{said}, aber {other}: {taker} kann das nicht zusammenfassen.",
  "{shape}: it takes pictures (?, height, width, channels).":
    "{shape}: nimmt Bilder (?, Höhe, Breite, Kanäle).",
  "{sign} means nothing here": "{sign} bedeutet hier nichts",
  "{some} and {last}": "{some} und {last}",
  "{taker} has {what} already: take that wire away first.":
    "{taker} hat {what} schon: erst jene Leitung wegnehmen.",
  "{taker} is an input of the model: it takes data from outside, not from {giver}.":
    "{taker} ist ein Eingang des Modells: er nimmt Daten von außen, nicht von {giver}.",
  "{text} cannot be computed: {why}.": "{text} kann nicht berechnet werden: {why}.",
  "{text} is {value}, which is no whole number: // rounds down.":
    "{text} ist {value}, also keine ganze Zahl: // rundet ab.",
  "{text} is {value}: a block is repeated 1 to {most} times.":
    "{text} ist {value}: ein Block wird 1- bis {most}-mal wiederholt.",
  "{token} is not expected there": "{token} passt dort nicht",
  "{what} from {giver}": "{what} von {giver}",
  "{what} would not fit the weights in it": "{what} würde nicht zu den Gewichten darin passen",
};
