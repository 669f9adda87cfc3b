"""How other tools put data into bytes: protobuf messages, records, checksums."""
