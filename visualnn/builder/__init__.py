"""The document behind the drag-and-drop builder.  Nothing here knows of a browser or a file."""
