"""Files that hold weights without a network: they can be looked at, not run."""
