"""The programs of ``tests/acceptance``, whose files TensorFlow and Keras read here, too.

Run with an interpreter that has tensorflow and keras: the extra ``interop-tf``.
"""

import pytest

from tests.acceptance.test_acceptance import PROGRAMS, held

READERS = {
    "modules_layers_models": "TensorFlow read the files too",
    "older_guide_and_book": "all held",
    "serialization_and_saving": "Keras read the files too",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_others_read_the_files(name):
    assert READERS[name] in held(name)
