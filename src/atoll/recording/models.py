"""Models, recorded and replayed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from atoll.host.context import ModelInformation, ModelService
from atoll.host.errors import HostError
from atoll.manifest import Manifest
from atoll.manifest.model import known_interface
from atoll.recording import content
from atoll.recording.chunks import Chunks
from atoll.recording.request import Request
from atoll.recording.tape import Replayed, Tape

Learn = Callable[[], None]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the manifest says of a model."""

    name: str
    full_name: str
    interface: str = "openai"


class TapedModels:
    def __init__(
        self, tape: Tape, manifest: Manifest, own: ModelService | None, learn: Learn | None
    ) -> None:
        self._tape = tape
        self._manifest = manifest
        self._own = own
        self._learn = learn

    def info(self, name: str) -> ModelInformation:
        if self._own is not None:
            return self._own.info(name)
        return information(self._manifest, name)

    async def invoke(self, name: str, input: str) -> str:
        request = self._request(name, "invoke", input)
        own = self._own

        async def real() -> content.Form:
            assert own is not None
            return content.of_text("output", await own.invoke(name, input))

        answer = await self._tape.ask(request, real)
        return _read(answer, "output")

    async def stream(self, name: str, input: str) -> AsyncGenerator[str]:
        request = self._request(name, "stream", input)
        found = self._tape.replay(request)
        if found is None:
            assert self._own is not None
            recorded = self._recorded(request, self._own.stream(name, input))
            async with aclosing(recorded):
                async for chunk in recorded:
                    yield chunk
            return
        for piece in chunks_of(found):
            if not isinstance(piece, str):
                raise found.unusable("a chunk of a model's stream is not text")
            yield piece
        end_of_stream(found)

    async def _recorded(self, request: Request, chunks: AsyncIterator[str]) -> AsyncGenerator[str]:
        take = self._tape.record(request)
        taken = Chunks()
        ended = failed = False
        try:
            async with aclosing(chunks):  # type: ignore[type-var]  # it is a generator
                async for chunk in chunks:
                    taken.add(chunk, len(chunk))
                    yield chunk
            ended = True
        except Exception as error:
            failed = True
            take.failed(error, taken.form(ended=True))
            raise
        finally:
            if not failed:
                take.done(taken.form(ended=ended))

    def _request(self, name: str, operation: str, input: str) -> Request:
        self.info(name)  # whether there is one is not for recordings to say
        if self._learn is not None:
            self._learn()
        form = {"operation": operation, **content.of_text("input", input)}
        return Request("model", name, self._tape.redaction.json(form))


def information(manifest: Manifest, name: str) -> ModelInfo:
    """Raises HostError: the manifest has no such model."""
    model = manifest.models.get(name)
    if model is None:
        raise HostError("MODEL_NOT_FOUND", f"Model {name[:100]} not found.")
    if told := known_interface(model, manifest.connections):
        return ModelInfo(model.name, model.source_model, told)
    from atoll.models.interface import interface_of  # here: it brings what runs local models

    folder = None if manifest.path is None else manifest.path.parent
    return ModelInfo(model.name, model.source_model, interface_of(manifest, model, folder))


def chunks_of(found: Replayed) -> list[object]:
    """The recorded pieces of a stream. Raises BadRecording, or the failure before the first."""
    chunks = found.form.get("chunks", [])
    if not isinstance(chunks, list):
        raise found.unusable("its chunks are not a list")
    if not chunks:
        found.raise_failure()
    return chunks


def end_of_stream(found: Replayed) -> None:
    """What comes after the recorded pieces: a failure, or nothing."""
    found.raise_failure()
    if found.form.get("partial"):
        file = None if found.recording is None else found.recording.file.name
        raise HostError(
            "RECORDING_ENDS",
            f"the recording {file} ends here: when it was made, nobody read on, or it was too long",
            "record it anew",
        )


def _read(found: Replayed, name: str) -> str:
    try:
        return content.to_text(name, found.form)
    except ValueError as error:
        raise found.unusable(str(error)) from None
