"""The public status page: what stands on it, its pages, and the files that it is."""
