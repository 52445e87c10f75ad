"""What a letter says and how it is printed: canonical data, texts by version, numbers."""
