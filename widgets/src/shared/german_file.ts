/** What is said of files in pages without Python, in German, by the English sentences. */
export const FILES: Record<string, string> = {
  "The file has changed while it was read.":
    "Die Datei hat sich geändert, während sie gelesen wurde.",
  "The file holds no model: config.json is not in it.":
    "Die Datei enthält kein Modell: config.json ist nicht darin.",
  "The file holds weights only: it does not say what model they belong to.":
    "Die Datei enthält nur Gewichte: sie sagt nicht, zu welchem Modell sie gehören.",
  "The file is damaged, or of a form that only Python reads.":
    "Die Datei ist beschädigt oder hat eine Form, die nur Python liest.",
  "The file is damaged: it ends too early.": "Die Datei ist beschädigt: sie endet zu früh.",
  "The file is damaged: its description of a model cannot be read.":
    "Die Datei ist beschädigt: ihre Beschreibung eines Modells ist nicht lesbar.",
  "The file is damaged: its table of contents cannot be read.":
    "Die Datei ist beschädigt: ihr Inhaltsverzeichnis ist nicht lesbar.",
  "The file is empty.": "Die Datei ist leer.",
  "The file is encrypted.": "Die Datei ist verschlüsselt.",
  "The file is large, and this server gives files as a whole only: press Edit to open it.":
    "Die Datei ist groß, und dieser Server gibt Dateien nur als Ganzes heraus: mit Bearbeiten öffnen.",
  "The file is packed in a way that is not known here.":
    "Die Datei ist auf eine Weise gepackt, die hier nicht bekannt ist.",
  "The file keeps its description in a way that only Python reads.":
    "Die Datei bewahrt ihre Beschreibung auf eine Weise, die nur Python liest.",
  "The layers in the file form a loop.": "Die Schichten in der Datei bilden eine Schleife.",
  "The model has too many layers to be drawn.":
    "Das Modell hat zu viele Schichten, um gezeichnet zu werden.",
  "The models in the file are nested too deeply.":
    "Die Modelle in der Datei sind zu tief verschachtelt.",
  "The server does not answer.": "Der Server antwortet nicht.",
  "The server does not give the file: {status}.":
    "Der Server gibt die Datei nicht heraus: {status}.",
  "This is no .h5 file: it is not of the HDF5 format.":
    "Das ist keine .h5-Datei: sie hat nicht das Format HDF5.",
  "This is no .keras file: it is not a zip archive.":
    "Das ist keine .keras-Datei: sie ist kein Zip-Archiv.",
  "This is no model's file: it is neither a .keras nor an .h5 file.":
    "Das ist keine Datei eines Modells: weder eine .keras- noch eine .h5-Datei.",
  "What this model computes is written in Python, which is not in the file: only its own program can draw it.":
    "Was dieses Modell rechnet, ist in Python geschrieben und steht nicht in der Datei: nur sein eigenes Programm kann es zeichnen.",
  "{name} in the file is larger than any model’s.":
    "{name} in der Datei ist größer als bei irgendeinem Modell.",
};
