"""Files of other tools, written without them: protobuf messages, records, TensorBoard's events."""
