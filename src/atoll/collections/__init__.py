"""Named stores of texts that are searched by meaning, by words, or by both."""
