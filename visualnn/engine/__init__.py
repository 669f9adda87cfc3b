"""Running graphs with numpy: a graph becomes a plan, and a plan one flat Python function."""

from visualnn.engine.plan import Plan
