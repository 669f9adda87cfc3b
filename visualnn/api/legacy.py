"""``visualnn.legacy``: around ``visualnn.legacy.saving``."""
