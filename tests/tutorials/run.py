"""Runs one tutorial and prints, as JSON, the facts it has found.

``python run.py PROGRAM`` runs it with the Keras that is installed, ``python run.py PROGRAM
--visualnn`` with visualnn under Keras's name.
"""

import json
import os
import runpy
import sys


def main(program: str, *flags: str) -> None:
    """Run the program; what it prints goes to standard error."""
    if "--visualnn" in flags:
        import visualnn

        visualnn.install_as_keras()
    printed, sys.stdout = sys.stdout, sys.stderr
    facts = runpy.run_path(program)["facts"]
    sys.stdout = printed
    print(json.dumps(facts), flush=True)
    os._exit(0)  # a backend may wait for its threads


if __name__ == "__main__":
    main(*sys.argv[1:])
