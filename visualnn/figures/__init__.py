"""Pictures of networks for papers, slides and blackboards, in several styles and formats."""
