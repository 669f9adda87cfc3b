"""``visualnn.summary``: notes for TensorBoard; the names are those of ``tf.summary``."""

from visualnn.exporting.summaries import (
    SummaryWriter,
    create_file_writer,
    create_noop_writer,
    flush,
    graph,
    histogram,
    hparams,
    image,
    record_if,
    scalar,
    should_record_summaries,
    text,
    write,
)
from visualnn.exporting.traces import trace_export, trace_off, trace_on
