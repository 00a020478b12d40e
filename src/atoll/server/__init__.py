"""Serving apps over HTTP: the ASGI application, its processes, logs and metrics."""
