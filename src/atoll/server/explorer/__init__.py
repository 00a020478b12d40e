"""The Explorer: a page in which a developer sees and tries an app, and the API behind it."""
