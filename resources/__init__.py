"""Files that ship with Parley: the catalog, the prompts and the starter models."""
