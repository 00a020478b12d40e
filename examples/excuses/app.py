"""Finds excuses, by asking a language model from inside the sandbox."""

from __future__ import annotations

from atoll.sdk import UserError, models

writer = models.get("text-generator")


def generate_excuses(event: str) -> str:
    """Find a few excuses for staying away from an event.

    Args:
        event: what one would rather miss, such as "the Monday meeting"
    """
    event = event.strip()
    if not event:
        raise UserError("Say which event to find excuses for.")
    reply = writer.chat(
        [
            models.system(
                "You invent short, harmless, funny excuses. Answer with a list of three."
            ),
            models.user(f"I want to miss {event}. What could I say?"),
        ],
        temperature=0.8,
        max_tokens=160,
    )
    return reply.text
