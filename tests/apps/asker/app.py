"""Functions that call models, in all the ways in which a function can."""

import asyncio
import os

from atoll.sdk import ModelError, models, streams
from atoll.sdk._host import call

remote = models.get("remote")


def ask(prompt: str) -> str:
    return remote.chat([models.user(prompt)]).text


async def ask_together(prompts: list[str]) -> list[str]:
    replies = await asyncio.gather(*[remote.chat_async([models.user(each)]) for each in prompts])
    return [reply.text for reply in replies]


def ask_with_timeout(prompt: str, seconds: float) -> str:
    async def run() -> str:
        async with asyncio.timeout(seconds):
            return (await remote.chat_async([models.user(prompt)])).text

    try:
        return asyncio.run(run())
    except TimeoutError:
        return "timed out"


def error_of(model: str) -> str:
    try:
        return models.get(model).chat([models.user("x")]).text
    except ModelError as error:
        return str(error)


def surroundings() -> str:
    return repr(dict(os.environ)) + repr(remote.info)


def stream_words(prompt: str) -> list[str]:
    """Reads a streamed answer and passes it on, chunk by chunk."""
    opened = call("models.stream", {"model": "remote", "input": '{"stream": "' + prompt + '"}'})
    received = []
    for chunk in streams.HostStream(opened["handle"]):
        received.append(chunk)
        streams.emit(chunk.upper())
    return received
