"""Answers that go on: Server-Sent Events, and GraphQL over WebSocket."""
