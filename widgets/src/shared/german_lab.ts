/** What the labextension says in German, by the English sentences (`lab/words.ts`). */
export const LAB: Record<string, string> = {
  Larger: "Größer",
  "Picture of the model: arrows move it, plus and minus zoom":
    "Bild des Modells: Pfeile verschieben es, Plus und Minus vergrößern und verkleinern",
  "Show all of it": "Alles zeigen",
  Smaller: "Kleiner",
  "{name} was not opened.": "{name} wurde nicht geöffnet.",
  "{name} cannot be shown.": "{name} lässt sich nicht zeigen.",
  "The kernel answered without a widget.": "Der Kernel hat ohne ein Widget geantwortet.",
  "Starting Python …": "Python startet …",
  "Start Python and open the model in the builder":
    "Python starten und das Modell im Builder öffnen",
  "Opening {name} …": "{name} wird geöffnet …",
  "Open in a notebook": "In einem Notebook öffnen",
  "Model builder": "Modell-Builder",
  "Keras model (HDF5)": "Keras-Modell (HDF5)",
  "Keras model": "Keras-Modell",
  Edit: "Bearbeiten",
  Details: "Einzelheiten",
  "A new notebook with the code that opens this model":
    "Ein neues Notebook mit dem Code, der dieses Modell öffnet",
  "A new notebook with an empty canvas to draw a neural network on":
    "Ein neues Notebook mit einer leeren Zeichenfläche für ein neuronales Netz",
  Models: "Modelle",
  "Model of {name}": "Modell aus {name}",
  "Models that are open, the outline of one, and models in files":
    "Modelle, die offen sind, die Gliederung von einem und Modelle in Dateien",
  "New model": "Neues Modell",
  "Open model in a tab": "Modell in einem Tab öffnen",
  "Show models": "Modelle zeigen",
  "Shows the model of the active cell in a tab of its own, too":
    "Zeigt das Modell der aktiven Zelle auch in einem eigenen Tab",
  "This model is gone: its kernel was restarted, or its cell has not run yet. Run the cell, and it is here again.":
    "Dieses Modell ist fort: sein Kernel wurde neu gestartet, oder seine Zelle ist noch nicht gelaufen. Nach dem Ausführen der Zelle ist es wieder da.",
  "Visual neural networks": "Neuronale Netze zeichnen",
};
