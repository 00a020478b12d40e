"""Tests in a browser. This makes it a package, whose fixtures end with it."""
