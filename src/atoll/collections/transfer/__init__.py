"""Texts of collections in files, and into and out of a store in bulk."""
