"""What ``sourceModel`` of a local model names: an entry of the catalogue, or the user's own files.

A path is whatever has a slash or ends in ``.gguf`` or ``.onnx``, so that a misspelt name of the
catalogue is never taken for one.
"""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from atoll.models.errors import ModelError
from atoll.models.local.catalogue import find_local_model
from atoll.models.local.install import is_installed, weights_directory

Kind = Literal["chat", "embeddings", "classification"]

_ONNX_MODULES = ("onnxruntime", "tokenizers", "numpy")
_MODULES: dict[Kind, tuple[str, ...]] = {
    "chat": ("xllamacpp",),
    "embeddings": _ONNX_MODULES,
    "classification": _ONNX_MODULES,
}
_SUFFIXES = (".gguf", ".onnx")
_ONNX_PLACES = ("model.onnx", "onnx/model.onnx")
"""In a folder; the second is how the usual exporters lay one out."""

CATALOGUE_CONTEXT = 2048
"""Tokens of prompt and answer of a catalogue's model: bounds what one request can cost, some 50 s
of one CPU."""
OWN_CONTEXT = 4096
"""The same of a user's own model, when it was trained for as many."""


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a model that is about to be loaded."""

    name: str
    """As the manifest has it, for messages."""
    kind: Kind
    weights: Path
    """A GGUF or an ONNX file; what else an ONNX model needs lies beside it or one folder up."""
    labels: tuple[str, ...] = ()
    """Of a classifier, in the order of its outputs."""
    context: int = CATALOGUE_CONTEXT
    repair: str = ""
    """What helps when the files are damaged."""


def is_path(source_model: str) -> bool:
    """Whether that names files of the user's, not an entry of the catalogue."""
    return "/" in source_model or source_model.lower().endswith(_SUFFIXES)


def local_kind(source_model: str, app: Path | None) -> Kind:
    """What a local model does, whether it is installed or not. Raises ModelError if there is no
    such model."""
    if is_path(source_model):
        return _own(source_model, (app or Path()) / source_model).kind
    return find_local_model(source_model).kind


def find_source(source_model: str, cache: Path | None, app: Path | None) -> Source:
    """The files behind a manifest's ``sourceModel``. Looks at the disk.

    Args:
        cache: Atoll's cache directory; the user's unless given.
        app: what paths are relative to; the working directory unless given.

    Raises:
        ModelError: there is no such model, it or what runs it is not installed, or its files are
            not what it takes.
    """
    if is_path(source_model):
        own = _own(source_model, (app or Path()) / source_model)
        _require_packages(own.name, own.kind)
        return own
    model = find_local_model(source_model)
    _require_packages(model.name, model.kind)
    if not is_installed(model, cache):
        raise ModelError(
            "LOCAL_MODEL_NOT_INSTALLED",
            f"the weights of local model [{model.name}] are not installed",
            f"run: atoll models install {model.name}",
        )
    file = "model.gguf" if model.kind == "chat" else "model.onnx"
    repair = f"run `atoll models install {model.name}`"
    return Source(
        model.name,
        model.kind,
        weights_directory(model, cache) / file,
        (),
        CATALOGUE_CONTEXT,
        repair,
    )


def _require_packages(name: str, kind: Kind) -> None:
    missing = [each for each in _MODULES[kind] if importlib.util.find_spec(each) is None]
    if missing:
        raise ModelError(
            "LOCAL_MODELS_EXTRA_MISSING",
            f"local model [{name}] needs packages that are not installed: {', '.join(missing)}",
            "run: pip install 'atoll[local-models]'",
        )


def _own(name: str, path: Path) -> Source:
    if path.is_dir():
        path = _in_folder(name, path)
    elif not path.is_file():
        raise ModelError(
            "LOCAL_MODEL_FILE_MISSING",
            f"there is no file or folder [{name}] for a local model",
            '"sourceModel" is relative to the app\'s folder; '
            "or name a model of the catalogue: `atoll models list` shows them",
        )
    repair = "fetch the file anew from where it came from"
    if path.suffix.lower() == ".onnx":
        labels = _labels(name, path)
        kind: Kind = "classification" if labels else "embeddings"
        return Source(name, kind, path, labels, 0, repair)
    if path.suffix.lower() == ".gguf":
        return Source(name, "chat", path, (), OWN_CONTEXT, repair)
    raise unusable(name, "is neither a .gguf nor an .onnx file")


def _in_folder(name: str, folder: Path) -> Path:
    for place in _ONNX_PLACES:
        if (folder / place).is_file():
            return folder / place
    ggufs = sorted(folder.glob("*.gguf"))
    if len(ggufs) == 1:
        return ggufs[0]
    found = "several .gguf files" if ggufs else "neither model.onnx nor a .gguf file"
    raise unusable(name, f"is a folder with {found}")


def beside(weights: Path, file: str) -> Path | None:
    """``file`` of the same model: in its folder, or one up from a folder called ``onnx``."""
    places = [weights.parent]
    if weights.parent.name == "onnx":
        places.append(weights.parent.parent)
    return next((place / file for place in places if (place / file).is_file()), None)


def read_json(name: str, file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise unusable(name, f"has a {file.name} that is not JSON") from error


def _labels(name: str, weights: Path) -> tuple[str, ...]:
    """The labels of ``labels.json`` (a list), or ``id2label`` of a classifier's ``config.json``."""
    if file := beside(weights, "labels.json"):
        labels = read_json(name, file)
        if not isinstance(labels, list) or not labels or not _are_texts(labels):
            raise unusable(name, "has a labels.json that is not a list of strings")
        return tuple(labels)
    file = beside(weights, "config.json")
    config = read_json(name, file) if file else None
    given = config.get("id2label") if isinstance(config, dict) else None
    if not isinstance(given, dict) or not given:
        return ()
    labels = [given.get(str(index)) for index in range(len(given))]
    if not _are_texts(labels):
        raise unusable(name, 'has a config.json whose "id2label" does not count up from "0"')
    return tuple(labels)


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def unusable(name: str, reason: str) -> ModelError:
    return ModelError(
        "LOCAL_MODEL_UNUSABLE",
        f"local model [{name}] {reason}",
        "docs/models.md says what a model's files are",
    )
