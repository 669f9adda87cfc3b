"""Files of other tools, written without them: TensorBoard's events, operations of other graphs."""
