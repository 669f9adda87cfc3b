"""Training gives the numbers that real Keras wrote down."""

import json
from pathlib import Path

import numpy as np
import pytest

import visualnn
from tests.training.cases import CASES
from visualnn.structure import flatten

HERE = Path(__file__).parents[1] / "recorded"
FACTS = json.loads((HERE / "training.json").read_text())
NUMBERS = np.load(HERE / "training.npz")


@pytest.mark.filterwarnings("ignore:The data ended")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
class TestRecorded:
    def test_the_course_of_training(self, case):
        facts = FACTS[case.name]
        model = case.model(visualnn)
        arguments = case.arguments()
        history = model.fit(**arguments)
        assert list(history.history) == list(facts["history"])
        for name, values in facts["history"].items():
            assert history.history[name] == pytest.approx(values, rel=2e-4, abs=2e-5), name
        tested = model.evaluate(arguments["x"], arguments["y"], verbose=0)
        assert tested == pytest.approx(facts["evaluate"], rel=5e-4, abs=1e-4)
        for i, weight in enumerate(model.get_weights()):
            expected = NUMBERS[f"{case.name}|{i}"]
            np.testing.assert_allclose(weight, expected, rtol=1e-3, atol=2e-5)
        outputs = flatten(model.predict(arguments["x"], verbose=0))
        for i, output in enumerate(outputs):
            expected = NUMBERS[f"{case.name}|output {i}"]
            np.testing.assert_allclose(output, expected, rtol=1e-3, atol=5e-5)

    def test_the_state_of_the_optimizer(self, case):
        model = case.model(visualnn)
        model.fit(**case.arguments())
        variables = model.optimizer.variables
        assert [list(v.shape) for v in variables] == [s for _, s in FACTS[case.name]["optimizer"]]
        for i, variable in enumerate(variables):
            expected = NUMBERS[f"{case.name}|optimizer {i}"]
            np.testing.assert_allclose(variable, expected, rtol=2e-3, atol=2e-5)
