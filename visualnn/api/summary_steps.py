"""``visualnn.summary.experimental``: the step of notes that tell none."""

from visualnn.exporting.summaries import get_step, set_step
